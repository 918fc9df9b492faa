@NullMarked
package dev.millrace.core.workflow;

import org.jspecify.annotations.NullMarked;
