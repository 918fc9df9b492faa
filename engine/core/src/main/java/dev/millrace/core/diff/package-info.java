/** What changes from one version of a definition to another, and what that means. */
@NullMarked
package dev.millrace.core.diff;

import org.jspecify.annotations.NullMarked;
