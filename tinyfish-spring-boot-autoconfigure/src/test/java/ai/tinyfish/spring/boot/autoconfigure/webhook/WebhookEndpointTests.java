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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How deliveries are answered, by Spring MVC and by WebFlux.
 */
class WebhookEndpointTests extends AbstractWebhookTests {

	@Test
	void deliveryIsAnsweredWithoutABody() {
		HttpResponse<String> response = application.deliver(endedRun("delivered"));
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(response.body()).isEmpty();
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	/**
	 * Reactor Netty might read no further request.
	 */
	@Test
	void connectionOfWebFluxIsClosedAfterADelivery() {
		HttpResponse<String> response = application.deliver(endedRun("delivered"));
		assertThat(response.headers().firstValue("Connection"))
			.isEqualTo((this.type == WebApplicationType.REACTIVE) ? Optional.of("close") : Optional.empty());
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/s3cret-s3cret-s3creT", "/s3cret-s3cret-s3cre", "/s3cret-s3cret-s3cretx", "/x",
			"/s3cret-s3cret-s3cret/", "/s3cret-s3cret-s3cret/x" })
	void anotherPathThanTheSecretOneIsNotFound(String end) {
		long reads = reads();
		String runId = endedRun("not-delivered");
		HttpResponse<String> response = application.post("/tinyfish/webhook" + end, WebhookApplication.delivery(runId));
		assertThat(response.statusCode()).isEqualTo(404);
		assertNothingCameOfIt(reads);
	}

	@Test
	void wrongSecretIsAnsweredWithoutABody() {
		for (String method : List.of("POST", "GET", "PUT", "DELETE")) {
			HttpResponse<String> response = application.send("/tinyfish/webhook/wrong-wrong-wrong-wrong", method,
					BodyPublishers.ofString(WebhookApplication.delivery("run-1")));
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(response.body()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT", "DELETE", "PATCH" })
	void anotherMethodIsNotAllowed(String method) {
		long reads = reads();
		String runId = endedRun("not-delivered");
		HttpResponse<String> response = application.send(WebhookApplication.PATH, method,
				BodyPublishers.ofString(WebhookApplication.delivery(runId)));
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("POST");
		assertThat(response.body()).isEmpty();
		assertNothingCameOfIt(reads);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "42", "[]", "{}", "run_id=run-1", "<html/>", "{\"run_id\": \"run-1\"",
			"{\"event\": \"run.completed\"}", "{\"run_id\": 1}", "{\"run_id\": null}", "{\"run_id\": \"\"}",
			"{\"run_id\": \"../runs\"}", "{\"run_id\": \"a b\"}", "{\"run_id\": \"a\\nb\"}",
			"{\"data\": {\"run_id\": \"run-1\"}}", "\u0000\u0001" })
	void anotherBodyThanAWebhookIsABadRequest(String body) {
		long reads = reads();
		HttpResponse<String> response = application.post(WebhookApplication.PATH, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEmpty();
		assertNothingCameOfIt(reads);
	}

	@Test
	void runIdOfAnyLengthIsNotAskedFor() {
		long reads = reads();
		assertThat(application.deliver("a".repeat(129)).statusCode()).isEqualTo(400);
		assertNothingCameOfIt(reads);
	}

	@Test
	void eventThatIsNotAboutARunIsTakenAndIgnored() {
		long reads = reads();
		String runId = endedRun("not-delivered");
		HttpResponse<String> response = application.post(WebhookApplication.PATH,
				WebhookApplication.delivery(runId).replace("run.completed", "monitor.changed"));
		assertThat(response.statusCode()).isEqualTo(204);
		assertNothingCameOfIt(reads);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"run_id\": \"%s\"}", "{\"runId\": \"%s\", \"event\": \"run.failed\"}",
			"{\"data\": {\"event\": \"x\", \"run_id\": \"y\"}, \"new\": [1, {}], \"event\": \"run.cancelled\", \"run_id\": \"%s\"}",
			"\ufeff{\"event\": \"run.completed\", \"run_id\": \"%s\"}" })
	void bodyIsReadTolerantly(String body) {
		assertThat(application.post(WebhookApplication.PATH, body.formatted(endedRun("delivered"))).statusCode())
			.isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1024 * 1024, 1024 * 1024 + 1, 8 * 1024 * 1024 })
	void runOfALargeResultIsFoundAtTheBeginning(int size) {
		String delivery = WebhookApplication.delivery(endedRun("delivered"));
		HttpResponse<String> response = application.post(WebhookApplication.PATH,
				delivery.substring(0, delivery.length() - 1) + ", \"large\": \"" + "x".repeat(size) + "\"}");
		assertThat(response.statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	@Test
	void largeBodyThatNamesNoRunIsRefused() {
		long reads = reads();
		HttpResponse<String> response = application.post(WebhookApplication.PATH,
				"{\"event\": \"run.completed\", \"large\": \"" + "x".repeat(1024 * 1024)
						+ "\", \"run_id\": \"run-1\"}");
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(response.body()).isEmpty();
		assertNothingCameOfIt(reads);
	}

	/**
	 * Its events would come before those of a later delivery.
	 */
	private void assertNothingCameOfIt(long reads) {
		String runId = endedRun("afterwards");
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("afterwards");
		assertThat(reads() - reads).as("one to see that it has ended, one to await it").isEqualTo(2);
	}

}
