/** What calls over JSON-RPC have in common. */
@NullMarked
package dev.millrace.stages.rpc;

import org.jspecify.annotations.NullMarked;
