/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.simulator.internal.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.simulator.testing.Api;
import ai.tinyfish.simulator.testing.Threads;
import ai.tinyfish.simulator.testing.WebhookReceiver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class WebhookTests {

	private static final Duration SHORT = Duration.ofMillis(20);

	private TinyFishSimulator simulator;

	private Api api;

	@AfterEach
	void close() {
		if (this.simulator != null) {
			this.simulator.close();
		}
	}

	@ParameterizedTest
	@CsvSource({ "run-async, Look, COMPLETED", "run-async, [fail], FAILED", "run, Look, COMPLETED",
			"run-sse, Look, COMPLETED" })
	void endingIsDeliveredOnceWithTheWholeRun(String endpoint, String goal, String status) throws IOException {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			this.api.post("/v1/automation/" + endpoint, submission(goal, url(receiver, "/hook?token=not-shown")));
			String id = this.simulator.journal().runs().get(0).id();
			await().until(() -> this.simulator.journal().webhooks(id).size() == 1);
			assertThat(receiver.received()).singleElement().satisfies((received) -> {
				assertThat(received.method()).isEqualTo("POST");
				assertThat(received.path()).isEqualTo("/hook?token=not-shown");
				assertThat(received.contentType()).isEqualTo("application/json");
				assertThat(received.apiKey()).isNull();
				Map<String, Object> body = Api.json(received.body());
				assertThat(body).containsOnlyKeys("event", "run_id", "status", "data")
					.containsEntry("event", "run." + status.toLowerCase(Locale.ROOT))
					.containsEntry("run_id", id)
					.containsEntry("status", status)
					.containsEntry("data", this.api.get("/v1/runs/" + id).body());
			});
			assertThat(this.simulator.journal().webhooks()).singleElement().satisfies((delivery) -> {
				assertThat(delivery.runId()).isEqualTo(id);
				assertThat(delivery.status()).isEqualTo(200);
				assertThat(delivery.problem()).isNull();
				assertThat(delivery.attempt()).isEqualTo(1);
				assertThat(delivery.taken()).isTrue();
				assertThat(delivery.url()).endsWith("/hook?token=not-shown");
				assertThat(delivery.toString()).doesNotContain("token", "not-shown");
			});
		}
	}

	@Test
	void cancelledRunIsReported() throws IOException {
		start(TinyFishSimulator.builder().pace(Duration.ofHours(1)));
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			String id = queue("Look", url(receiver, "/hook"));
			this.api.post("/v1/runs/" + id + "/cancel");
			await().until(() -> receiver.received().size() == 1);
			assertThat(Api.json(receiver.received().get(0).body())).containsEntry("event", "run.cancelled")
				.containsEntry("status", "CANCELLED");
		}
	}

	@Test
	void runsOfABatchAreDeliveredEach() throws IOException {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			String url = url(receiver, "/hook");
			Api.Reply reply = this.api.post("/v1/automation/run-batch",
					"{\"runs\": [%s, %s]}".formatted(submission("One", url), submission("Two", url)));
			await().until(() -> receiver.received().size() == 2);
			assertThat(receiver.received()).extracting((received) -> Api.json(received.body()).get("run_id"))
				.containsExactlyInAnyOrderElementsOf((List<?>) reply.body().get("run_ids"));
		}
	}

	@Test
	void runWithoutAWebhookHasNoDelivery() {
		start(quick());
		this.api.post("/v1/automation/run", Api.submission("Look"));
		assertThat(this.simulator.journal().webhooks()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 503, 302 })
	void deliveryThatIsNotTakenIsSentAgain(int status) throws IOException {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.start(status, status)) {
			String id = queue("Look", url(receiver, "/hook"));
			await().until(() -> this.simulator.journal().webhooks(id).size() == 3);
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::status)
				.containsExactly(status, status, 200);
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::attempt)
				.containsExactly(1, 2, 3);
			assertThat(receiver.received()).hasSize(3)
				.allSatisfy((received) -> assertThat(received.path()).isEqualTo("/hook"));
			assertThat(receiver.received()).extracting(WebhookReceiver.Received::body)
				.containsOnly(receiver.received().get(0).body());
		}
	}

	@Test
	void fourAttemptsAreTheMostAndTheWaitsDouble() throws IOException {
		start(quick().webhookRetryDelay(Duration.ofMillis(100)));
		try (WebhookReceiver receiver = WebhookReceiver.start(500, 500, 500, 500, 500)) {
			String id = queue("Look", url(receiver, "/hook"));
			await().until(() -> this.simulator.journal().webhooks(id).size() == 4);
			List<Long> times = receiver.received().stream().map(WebhookReceiver.Received::nanos).toList();
			assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(95));
			assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(195));
			assertThat(times.get(3) - times.get(2)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(395));
			await().during(Duration.ofMillis(900)).until(() -> receiver.received().size() == 4);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 404, 410, 429 })
	void answerThatBlamesTheSenderIsTheLast(int status) throws IOException {
		start(quick().webhookRetryDelay(Duration.ofMillis(1)));
		try (WebhookReceiver receiver = WebhookReceiver.start(status)) {
			String id = queue("Look", url(receiver, "/hook"));
			await().until(() -> this.simulator.journal().webhooks(id).size() == 1);
			await().during(Duration.ofMillis(100)).until(() -> receiver.received().size() == 1);
			assertThat(this.simulator.journal().webhooks(id).get(0).taken()).isFalse();
		}
	}

	@Test
	void receiverThatDoesNotAnswerIsLeftInTime() throws IOException {
		start(quick().webhookTimeout(Duration.ofMillis(500)));
		try (WebhookReceiver receiver = WebhookReceiver.start(WebhookReceiver.SILENCE)) {
			String id = queue("Look", url(receiver, "/hook"));
			await().until(() -> this.simulator.journal().webhooks(id).stream().anyMatch(WebhookDelivery::taken));
			assertThat(this.simulator.journal().webhooks(id).get(0)).satisfies((delivery) -> {
				assertThat(delivery.status()).isNull();
				assertThat(delivery.problem()).isEqualTo("timeout");
			});
		}
	}

	@Test
	void receiverThatIsNotThereIsTriedFourTimes() throws IOException {
		start(quick());
		// the port is taken, so that no other server gets it, and has no listener
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			String id = queue("Look", "http://localhost:" + taken.getLocalPort() + "/hook");
			await().until(() -> this.simulator.journal().webhooks(id).size() == 4);
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::problem)
				.containsOnly("not connected");
			assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.COMPLETED);
		}
	}

	@Test
	void addressThatCannotBeReachedDoesNotAffectTheRun() {
		start(quick());
		String id = queue("Look", "http://localhost:99999/hook");
		await().until(() -> this.simulator.journal().webhooks(id).size() == 4);
		assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::problem)
			.containsOnly("broken off");
		assertThat(this.simulator.journal().outcome(id)).isEqualTo(SimulatedRun.Status.COMPLETED);
	}

	@Test
	void duplicatesComeOnDemandAndSoDoesNothing() throws IOException {
		start(quick());
		this.simulator.given("twice", Scenario.builder().webhookDeliveries(2).pace(Duration.ZERO).build());
		this.simulator.given("never", Scenario.builder().webhookDeliveries(0).pace(Duration.ZERO).build());
		try (WebhookReceiver receiver = WebhookReceiver.start(500)) {
			String never = queue("never", url(receiver, "/never"));
			String twice = queue("twice", url(receiver, "/twice"));
			await().until(() -> receiver.received().size() == 3);
			await().until(() -> this.simulator.journal().webhooks(twice).size() == 3);
			assertThat(this.simulator.journal().webhooks(twice)).extracting(WebhookDelivery::attempt)
				.containsExactly(1, 2, 1);
			assertThat(receiver.received()).extracting(WebhookReceiver.Received::path).containsOnly("/twice");
			await().until(() -> this.simulator.journal().outcome(never) != null);
			assertThat(this.simulator.journal().webhooks(never)).isEmpty();
		}
		assertThatIllegalArgumentException().isThrownBy(() -> Scenario.builder().webhookDeliveries(-1));
	}

	@Test
	void otherHostsAreNeverCalled() {
		start(quick());
		String id = queue("Look", "https://hook.invalid/hidden");
		await().until(() -> this.simulator.journal().webhooks(id).size() == 1);
		assertThat(this.simulator.journal().webhooks(id).get(0).problem()).isEqualTo("host not allowed");
		assertThat(this.simulator.journal().webhooks(id).toString()).doesNotContain("hidden");
	}

	@Test
	void hostThatIsAllowedIsCalled() {
		start(quick().webhookHost("hook.invalid").webhookRetryDelay(Duration.ZERO));
		String id = queue("Look", "http://hook.invalid/a");
		// name servers may take their time to say that the name is unknown
		await().atMost(Duration.ofSeconds(60)).until(() -> this.simulator.journal().webhooks(id).size() == 4);
		assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::problem)
			.doesNotContain("host not allowed");
		for (String host : List.of("", " ", "http://a", "a/b", "a:80")) {
			assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().webhookHost(host));
		}
	}

	@ParameterizedTest
	@CsvSource({ "https://shop.example, /hook?token=not-shown", "https://shop.example/, /hook?token=not-shown",
			"https://SHOP.example:443, /hook?token=not-shown", "https://shop.example/hook, ?token=not-shown" })
	void webhooksOfAPublicAddressAreForwarded(String url, String rest) throws IOException {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.start(503)) {
			this.simulator.forwardWebhooks(url, url(receiver, "/app"));
			String id = queue("Look", "https://shop.example/hook?token=not-shown");
			await().until(() -> this.simulator.journal().webhooks(id).size() == 2);
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::status)
				.containsExactly(503, 200);
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::url)
				.containsOnly("https://shop.example/hook?token=not-shown");
			assertThat(receiver.received()).extracting(WebhookReceiver.Received::path).containsOnly("/app" + rest);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example/hook", "https://shop.example:8443/a/b",
			"https://shop.example.org/a/b", "https://other.example/a/b", "https://shop.example/a",
			"https://shop.example/a/bc", "https://shop.example?/a/b" })
	void otherAddressesAreNotForwarded(String url) throws IOException {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.start()) {
			this.simulator.forwardWebhooks("https://shop.example/a/b", url(receiver, "/app"));
			String id = queue("Look", url);
			await().until(() -> this.simulator.journal().webhooks(id).size() == 1);
			assertThat(this.simulator.journal().webhooks(id).get(0).problem()).isEqualTo("host not allowed");
			assertThat(receiver.received()).isEmpty();
		}
	}

	@Test
	void lastForwardingComesFirst() throws IOException {
		start(quick());
		try (WebhookReceiver former = WebhookReceiver.start(); WebhookReceiver latter = WebhookReceiver.start()) {
			this.simulator.forwardWebhooks("https://shop.example", url(former, ""))
				.forwardWebhooks("https://shop.example/", url(latter, ""))
				.forwardWebhooks("https://shop.example/former", url(former, ""));
			queue("Look", "https://shop.example/hook");
			queue("Look", "https://shop.example/former/hook");
			await().until(() -> former.received().size() + latter.received().size() == 2);
			assertThat(former.received()).hasSize(1);
			assertThat(latter.received()).hasSize(1);
		}
	}

	@Test
	void webhooksAreForwardedToThisMachineOrAnAllowedHostAlone() {
		start(quick().webhookHost("hook.invalid"));
		this.simulator.forwardWebhooks("https://shop.example", "http://hook.invalid:8080");
		for (String target : List.of("http://other.invalid", "http://", "ftp://localhost", "localhost:8080",
				"http://localhost?s3cret", "http://localhost#s3cret", "http://s3cret@localhost", "http://local host")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.simulator.forwardWebhooks("https://shop.example", target))
				.withMessageNotContaining("s3cret");
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.simulator.forwardWebhooks("shop.example", "http://localhost"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1" })
	void certificateOfATestsOwnWillDo(String host, @TempDir Path folder) throws Exception {
		start(quick());
		try (WebhookReceiver receiver = WebhookReceiver.startTls(selfSigned(folder.resolve("keys.p12")))) {
			String id = queue("Look", "https://" + host + ":" + receiver.port() + "/hook");
			await().until(() -> !this.simulator.journal().webhooks(id).isEmpty());
			assertThat(this.simulator.journal().webhooks(id)).extracting(WebhookDelivery::status).containsExactly(200);
			assertThat(receiver.received()).hasSize(1);
		}
	}

	@Test
	void closeEndsDeliveriesAndLeavesNoThread() throws IOException {
		List<String> before = networkThreads();
		start(quick().webhookRetryDelay(Duration.ofHours(1)));
		try (WebhookReceiver receiver = WebhookReceiver.start(500, WebhookReceiver.SILENCE)) {
			queue("waits", url(receiver, "/hook"));
			await().until(() -> this.simulator.journal().webhooks().size() == 1);
			queue("hangs", url(receiver, "/hook"));
			await().until(() -> receiver.received().size() == 2);
			this.simulator.close();
			await().untilAsserted(() -> assertThat(Threads.ofSimulators()).isEmpty());
			assertThat(networkThreads()).isSubsetOf(before);
		}
	}

	@Test
	void impossibleSettingsAreRefused() {
		TinyFishSimulatorBuilder builder = TinyFishSimulator.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.webhookRetryDelay(Duration.ofMillis(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.webhookTimeout(Duration.ZERO));
	}

	private void start(TinyFishSimulatorBuilder builder) {
		this.simulator = builder.start();
		this.api = new Api(this.simulator);
	}

	private static TinyFishSimulatorBuilder quick() {
		return TinyFishSimulator.builder().pace(Duration.ZERO).webhookRetryDelay(SHORT);
	}

	private String queue(String goal, String webhook) {
		return this.api.post("/v1/automation/run-async", submission(goal, webhook)).text("run_id");
	}

	private static String submission(String goal, String webhook) {
		return "{\"url\": \"%s\", \"goal\": \"%s\", \"webhook_url\": \"%s\"}".formatted(Api.URL, goal, webhook);
	}

	private static String url(WebhookReceiver receiver, String path) {
		return "http://localhost:" + receiver.port() + path;
	}

	/**
	 * The threads that the network library would share with the whole JVM.
	 */
	private static List<String> networkThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("reactor-"))
			.toList();
	}

	private static SSLContext selfSigned(Path file) throws Exception {
		String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
		Process process = new ProcessBuilder(keytool, "-genkeypair", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC",
				"-alias", "a", "-keyalg", "EC", "-dname", "CN=another.example", "-storetype", "PKCS12", "-storepass",
				"changeit", "-keystore", file.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			keys.load(in, "changeit".toCharArray());
		}
		KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		managers.init(keys, "changeit".toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(managers.getKeyManagers(), null, null);
		return context;
	}

}
