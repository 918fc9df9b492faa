@NullMarked
package dev.millrace.server.conformance;

import org.jspecify.annotations.NullMarked;
