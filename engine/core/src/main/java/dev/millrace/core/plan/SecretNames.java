package dev.millrace.core.plan;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code use.secrets} names. Their values are nowhere but in the workers. */
public final class SecretNames {
  /** A name that is safe as a file's and, in capitals, as an environment variable's. */
  public static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?");

  private SecretNames() {}

  static Set<String> of(@Nullable Source source) {
    var names = new LinkedHashSet<String>();
    if (source != null && source.requireList("a list of names")) {
      for (var entry : source.elements()) {
        var name = entry.text("the name of a secret");
        if (name != null && isName(entry, name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean isName(Source source, String name) {
    var isName = NAME.matcher(name).matches();
    if (!isName) {
      source.error("a secret's name has up to 128 letters, digits, dots, dashes and underscores");
    }
    return isName;
  }
}
