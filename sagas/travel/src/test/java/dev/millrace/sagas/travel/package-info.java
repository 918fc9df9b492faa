@NullMarked
package dev.millrace.sagas.travel;

import org.jspecify.annotations.NullMarked;
