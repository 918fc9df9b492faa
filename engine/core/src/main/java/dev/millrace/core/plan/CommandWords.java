package dev.millrace.core.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Splits a command into its words, as a shell would, without one. Quotes keep words together; what
 * only a shell can do is left to it.
 */
public final class CommandWords {

  /** Characters that mean something to a shell outside of quotes. */
  private static final String OF_SHELLS = "|&;<>()$`\\*?[]#~\n\r";

  /** Those that still do inside of double quotes. */
  private static final String IN_DOUBLE_QUOTES = "$`\\";

  /** First words that are no programs. */
  private static final Set<String> BUILT_IN =
      Set.of(
          ".",
          ":",
          "alias",
          "bg",
          "case",
          "cd",
          "command",
          "eval",
          "exec",
          "exit",
          "export",
          "fg",
          "for",
          "getopts",
          "hash",
          "if",
          "jobs",
          "local",
          "read",
          "readonly",
          "return",
          "set",
          "shift",
          "source",
          "times",
          "trap",
          "type",
          "ulimit",
          "umask",
          "unalias",
          "unset",
          "until",
          "wait",
          "while",
          "{",
          "!");

  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  private CommandWords(String line) {
    this.line = line;
  }

  /**
   * @return program and arguments; empty when only a shell can say what the command means, or when
   *     there is nothing in it
   */
  public static Optional<List<String>> of(String command) {
    var words = new CommandWords(command.strip());
    return words.split() && words.isProgram() ? Optional.of(words.words) : Optional.empty();
  }

  private boolean isProgram() {
    return !words.isEmpty()
        && !words.getFirst().isEmpty()
        && !words.getFirst().contains("=")
        && !BUILT_IN.contains(words.getFirst());
  }

  private boolean split() {
    for (var i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == '\'' || c == '"') {
        i = quoted(c, i + 1);
        if (i < 0) {
          return false;
        }
      } else if (OF_SHELLS.indexOf(c) >= 0) {
        return false;
      } else {
        plain(c);
      }
    }
    endWord();
    return true;
  }

  /** Returns where the closing quote stands; negative if there is none, or a shell is needed. */
  private int quoted(char quote, int from) {
    var end = line.indexOf(quote, from);
    if (end < 0) {
      return end;
    }
    var text = line.substring(from, end);
    if (quote == '"' && text.chars().anyMatch(c -> IN_DOUBLE_QUOTES.indexOf(c) >= 0)) {
      return -1;
    }
    word.append(text);
    inWord = true;
    return end;
  }

  private void plain(char c) {
    if (c == ' ' || c == '\t') {
      endWord();
    } else {
      word.append(c);
      inWord = true;
    }
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
