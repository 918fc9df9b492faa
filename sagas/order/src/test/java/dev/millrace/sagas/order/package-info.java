@NullMarked
package dev.millrace.sagas.order;

import org.jspecify.annotations.NullMarked;
