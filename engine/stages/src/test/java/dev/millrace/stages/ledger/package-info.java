@NullMarked
package dev.millrace.stages.ledger;

import org.jspecify.annotations.NullMarked;
