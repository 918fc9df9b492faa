/**
 * Definitions written in Java. What comes out is a definition like one in YAML, with the same plan
 * and the same hash: text to deploy, not code to ship.
 */
@NullMarked
package dev.millrace.core.builder;

import org.jspecify.annotations.NullMarked;
