package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.sagas.order.OrderSaga;
import dev.millrace.sagas.order.OrderSaga.Mishap;
import dev.millrace.wire.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    description = {
      "Runs an order, reserve → charge → ship, on an embedded Kafka; what fails is undone in reverse.",
      "The exit code is that of its end: 0 when it completed, 9 when all was undone, 10 when not."
    })
final class OrderDemoCommand implements Callable<Integer> {
  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("shop/order");
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Millrace millrace;

  @Option(
      names = "--fail",
      paramLabel = "WHAT",
      description =
          "ship: to a country no carrier goes to. charge: with a card that is declined. refund: as"
              + " ship, and the card is closed when it is to be refunded. none: nothing fails, as"
              + " without the option.")
  private Mishap mishap = Mishap.NONE;

  @Option(
      names = "--settle",
      paramLabel = "RULING",
      description =
          "What a person does about a refund that was refused: ${COMPLETION-CANDIDATES}. Before"
              + " retry the bank opens the card again.")
  private @Nullable Ruling ruling;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "Instance id; the same id and --fail find the order of an earlier demo, as it stands.")
  private @Nullable String id;

  OrderDemoCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() throws IOException {
    if (ruling != null && mishap != Mishap.REFUND) {
      throw new CommandFailure(ExitCode.USAGE, "--settle is for --fail refund");
    }
    var workspace = DemoEngine.workspace(millrace);
    Logs.of(workspace, "demo-order");
    var instance = DemoEngine.instance(id, "order-");
    try (var engine = DemoEngine.start(millrace, Map.of())) {
      engine.deploy(List.of(OrderSaga.definition()));
      var exit = started(engine.client(), instance, workspace.stages());
      showBooks(workspace.stages(), instance);
      return exit.code();
    }
  }

  private ExitCode started(WorkflowClient client, InstanceId instance, Path books)
      throws IOException {
    try {
      return run(client, instance, books);
    } catch (CommandFailure e) {
      if (id == null || e.exit() != ExitCode.USAGE) {
        throw e;
      }
      throw new CommandFailure(
          e.exit(),
          e.getMessage() + ". To go on with an order, repeat the --fail it began with",
          e);
    }
  }

  private ExitCode run(WorkflowClient client, InstanceId instance, Path books) throws IOException {
    var terminal = millrace.terminal();
    terminal.say(terminal.bold("Order ") + instance);
    var view = new SagaView(terminal);
    try (var watch = new RunWatch(client, instance)) {
      var order = OrderSaga.order(instance.value(), mishap);
      var outcome =
          watch
              .run(new Submission.Start(WORKFLOW, order), TIMEOUT, view::show)
              .orElseThrow(this::late);
      if (!(outcome instanceof Outcome.CompensationFailed failed) || failed.isFinal()) {
        var exit = view.conclude(outcome);
        if (ruling != null) {
          terminal.note("--settle " + word(ruling) + " did nothing: this order is at its end");
        }
        return exit;
      }
      view.conclude(outcome);
      if (ruling == null) {
        explain(instance);
        return ExitCode.of(outcome);
      }
      return view.conclude(
          watch
              .settle(settlement(ruling, instance, books), TIMEOUT, view::show)
              .orElseThrow(this::late));
    }
  }

  private Submission.SettleCompensation settlement(Ruling ruling, InstanceId instance, Path books)
      throws IOException {
    var reason =
        switch (ruling) {
          case RETRY -> "the bank has opened the card again";
          case RESOLVE -> "the customer got the money in cash";
          case SKIP -> "the customer does not want it back";
        };
    if (ruling == Ruling.RETRY) {
      OrderSaga.reopenCard(books, instance.value());
    }
    var terminal = millrace.terminal();
    terminal.say("");
    terminal.say(terminal.bold("A person decides: ") + word(ruling) + ", because " + reason);
    return new Submission.SettleCompensation(ruling, reason);
  }

  private void explain(InstanceId instance) {
    var terminal = millrace.terminal();
    terminal.say("");
    terminal.say("The order waits for a person, also when nothing runs. Go on with one of");
    for (var possible : Ruling.values()) {
      terminal.say(
          "  ./millrace demo order --fail refund --id " + instance + " --settle " + word(possible));
    }
    terminal.say("and outside of demos with ./millrace settle ID retry|resolve|skip --reason WHY");
  }

  private void showBooks(Path books, InstanceId instance) throws IOException {
    var terminal = millrace.terminal();
    terminal.say("");
    terminal.say("In the books of warehouse, card network and carrier:");
    var booked = OrderSaga.booked(books, instance.value());
    booked.forEach(line -> terminal.say("  " + terminal.dim(line)));
    if (booked.isEmpty()) {
      terminal.say(terminal.dim("  nothing"));
    }
  }

  private CommandFailure late() {
    return new CommandFailure(ExitCode.TIMED_OUT, "the order has not ended within " + TIMEOUT);
  }

  private static String word(Ruling ruling) {
    return ruling.name().toLowerCase(Locale.ROOT);
  }
}
