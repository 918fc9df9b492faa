package dev.millrace.core.lint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Whether a jq expression by its looks yields other than one result: a comma, an iteration or a
 * generator that no brackets, braces or arguments of a function enclose. Reads, does not evaluate.
 */
final class ManyResults {
  private static final Set<String> GENERATORS =
      Set.of(
          "foreach",
          "leaf_paths",
          "limit",
          "paths",
          "range",
          "recurse",
          "repeat",
          "scan",
          "splits",
          "tostream",
          "while");
  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "then", "else", "elif", "if", "as", "reduce", "foreach", "try", "catch");

  private final String text;
  private final Deque<Character> enclosing = new ArrayDeque<>();
  private int at;
  private int hidden;
  private String previous = "";
  private boolean reducing;
  private boolean defining;
  private boolean many;

  private ManyResults(String text) {
    this.text = text;
  }

  static boolean of(String expression) {
    var reader = new ManyResults(expression);
    while (reader.at < expression.length() && !reader.many) {
      reader.step();
    }
    return reader.many;
  }

  private void step() {
    var c = text.charAt(at);
    if (c == '"') {
      skipText();
      previous = "\"";
    } else if (c == '#') {
      at = end(text.indexOf('\n', at));
    } else if (Character.isWhitespace(c)) {
      at++;
    } else if (Character.isLetter(c) || c == '_' || c == '$') {
      word();
    } else {
      symbol(c);
    }
  }

  private int end(int index) {
    return index < 0 ? text.length() : index;
  }

  private void skipText() {
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) == '\\') {
        at++;
        if (at < text.length() && text.charAt(at) == '(') {
          skipInterpolation();
        }
      }
    }
    at++;
  }

  private void skipInterpolation() {
    var depth = 0;
    do {
      switch (text.charAt(at)) {
        case '(' -> depth++;
        case ')' -> depth--;
        case '"' -> {
          skipText();
          at--;
        }
        default -> {}
      }
      at++;
    } while (depth > 0 && at < text.length());
    at--;
  }

  private void word() {
    var begin = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_$".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    var word = text.substring(begin, at);
    if (!previous.equals(".") && isOpen()) {
      reducing |= word.equals("reduce");
      defining |= word.equals("def");
      many |= !reducing && !defining && GENERATORS.contains(word);
    }
    previous = previous.equals(".") ? "." + word : word;
  }

  private void symbol(char c) {
    switch (c) {
      case '[' -> bracket();
      case '{' -> open('{', true);
      case '(' -> open('(', isCall());
      case ']', '}', ')' -> close();
      case ',' -> found();
      case ';' -> defining &= !isOpen();
      case '.' -> dot();
      default -> {}
    }
    previous = String.valueOf(c);
    at++;
  }

  /** {@code .[]} and {@code .x[]} iterate; {@code []} alone is an empty list. */
  private void bracket() {
    var next = at + 1;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    if (next < text.length() && text.charAt(next) == ']' && endsPath()) {
      found();
    }
    open('[', true);
  }

  private boolean endsPath() {
    if (previous.isEmpty() || KEYWORDS.contains(previous)) {
      return false;
    }
    var last = previous.charAt(previous.length() - 1);
    return Character.isLetterOrDigit(last) || "_.)]\"?}".indexOf(last) >= 0;
  }

  private boolean isCall() {
    return !previous.isEmpty()
        && Character.isLetter(previous.charAt(0))
        && !KEYWORDS.contains(previous);
  }

  private void dot() {
    if (at + 1 < text.length() && text.charAt(at + 1) == '.') {
      found();
    }
  }

  private void found() {
    many |= isOpen() && !reducing && !defining;
  }

  private void open(char c, boolean hides) {
    enclosing.push(hides ? 'h' : c);
    hidden += hides ? 1 : 0;
  }

  private void close() {
    if (enclosing.isEmpty()) {
      return;
    }
    if (enclosing.pop() == 'h') {
      hidden--;
    } else if (enclosing.isEmpty()) {
      reducing = false;
    }
  }

  private boolean isOpen() {
    return hidden == 0;
  }
}
