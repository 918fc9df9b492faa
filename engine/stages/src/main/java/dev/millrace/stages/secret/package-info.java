/**
 * Secrets: found where the worker runs, put in just before a function runs, taken out of answers.
 */
@NullMarked
package dev.millrace.stages.secret;

import org.jspecify.annotations.NullMarked;
