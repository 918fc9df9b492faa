package dev.millrace.core.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What is wrong with a text that is no JSON or YAML, in the words of a person. */
public final class SyntaxProblem {
  /** How Jackson writes a second place into its messages. */
  private static final Pattern PLACE =
      Pattern.compile("\\[Source: [^;\\]]*;?(?: byte offset: #\\d+,?)?\\s*([^\\]]*)\\]");

  private static final String UNKNOWN = "not readable";

  private SyntaxProblem() {}

  /** One line, without the place of the problem itself and without what the text says. */
  public static String words(JsonProcessingException e) {
    return e.getCause() instanceof MarkedYAMLException yaml
        ? words(yaml)
        : PLACE.matcher(firstLine(e.getOriginalMessage())).replaceAll("$1");
  }

  /** What was being read, and what stood there instead of what was expected. */
  private static String words(MarkedYAMLException e) {
    var context = e.getContext();
    var problem = firstLine(e.getProblem());
    return context == null
        ? problem
        : firstLine(context) + begun(e.getContextMark()) + ": " + problem;
  }

  private static String begun(@Nullable Mark mark) {
    return mark == null
        ? ""
        : " that begins in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
  }

  /** Where the problem is, rather than the value it is in. */
  static Place place(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
      var mark = yaml.getProblemMark();
      return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
    return DefinitionReader.place(e.getLocation());
  }

  static String firstLine(@Nullable String message) {
    return message == null ? UNKNOWN : message.lines().findFirst().orElse(UNKNOWN);
  }
}
