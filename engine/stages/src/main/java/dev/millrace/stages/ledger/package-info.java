/** What stages without a service behind them need to do their work once. */
@NullMarked
package dev.millrace.stages.ledger;

import org.jspecify.annotations.NullMarked;
