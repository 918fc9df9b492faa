/** Documents that calls read before they call: descriptions of services, cards of agents. */
@NullMarked
package dev.millrace.stages.resource;

import org.jspecify.annotations.NullMarked;
