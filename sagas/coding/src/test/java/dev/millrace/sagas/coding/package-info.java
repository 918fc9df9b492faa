@NullMarked
package dev.millrace.sagas.coding;

import org.jspecify.annotations.NullMarked;
