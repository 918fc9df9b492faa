package dev.millrace.topology;

/** A record on its way out: bytes whose size has been checked, and the topic they go to. */
record Outgoing(String topic, byte[] value) {}
