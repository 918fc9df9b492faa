/** The built-in function {@code grpc}: one call of a method that a .proto file describes. */
@NullMarked
package dev.millrace.stages.grpc;

import org.jspecify.annotations.NullMarked;
