/**
 * The house rules: what must hold for the repository as a whole. Here, because cli sees every
 * module.
 */
@NullMarked
package dev.millrace.house;

import org.jspecify.annotations.NullMarked;
