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

import java.io.IOException;

import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Deliveries as no HTTP client sends them.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebhookBodyTests extends AbstractWebhookTests {

	@ParameterizedTest
	@ValueSource(strings = { "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
			"Content-Type: application/json; charset=nonsense\r\n", "Content-Type: nonsense\r\n",
			"Content-Encoding: nonsense\r\n", "Expect: 100-continue\r\n", "" })
	void contentTypeDoesNotMatter(String header) throws IOException {
		String delivery = WebhookApplication.delivery(endedRun("delivered"));
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head(header, delivery.length()) + delivery);
			assertThat(raw.readAll()).contains("HTTP/1.1 204");
		}
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	@Test
	void bodyMayComeByteByByte() throws IOException {
		String delivery = WebhookApplication.delivery(endedRun("delivered"));
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", delivery.length()));
			for (int i = 0; i < delivery.length(); i++) {
				raw.write(delivery.substring(i, i + 1));
			}
			assertThat(raw.readAll()).startsWith("HTTP/1.1 204");
		}
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void deliveryThatBreaksOffIsNotTaken(boolean chunked, CapturedOutput output) throws IOException {
		String delivery = WebhookApplication.delivery(endedRun("not-delivered"));
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(chunked ? RawDelivery.head("", -1) + RawDelivery.chunk(delivery)
					: RawDelivery.head("", delivery.length() + 1) + delivery);
		}
		assertNothingCameOfIt();
		assertThat(output.getAll()).doesNotContain("s3cret");
	}

	@Test
	void senderThatIsGoneBeforeTheAnswerIsIgnored(CapturedOutput output) throws IOException {
		String runId = endedRun("delivered");
		String delivery = WebhookApplication.delivery(runId);
		long requests = reads();
		simulator.fault(FaultPoint.getRun(), Fault.badGateway());
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", delivery.length()) + delivery);
			await().until(() -> reads() > requests);
		}
		simulator.clearFaults();
		assertThat(application.events().awaitEndedTags(1)).containsExactly("delivered");
		assertThat(application.deliver(runId).statusCode()).isEqualTo(204);
		assertThat(output.getAll()).doesNotContain("s3cret");
	}

	@Test
	void brokenChunksAreABadRequest(CapturedOutput output) throws IOException {
		String delivery = WebhookApplication.delivery(endedRun("not-delivered"));
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", -1) + "nonsense\r\n" + delivery + "\r\n0\r\n\r\n");
			assertThat(raw.readAll()).startsWith("HTTP/1.1 400").endsWith("\r\n\r\n");
		}
		assertNothingCameOfIt();
		assertThat(output.getAll()).doesNotContain("s3cret");
	}

	@ParameterizedTest
	@ValueSource(longs = { WebhookContent.MAX_LENGTH + 1L, Long.MAX_VALUE })
	void bodyThatIsDeclaredTooLargeIsRefusedAtOnce(long length) throws IOException {
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", 0).replace("Content-Length: 0", "Content-Length: " + length));
			assertThat(raw.readHead()).startsWith("HTTP/1.1 413").contains("close");
		}
		assertNothingCameOfIt();
	}

	@Test
	void bodyWithoutAnEndThatNamesNoRunIsRefusedAtTheLimitOfItsBeginning() throws IOException {
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", -1) + RawDelivery.chunk(" ".repeat(WebhookContent.MAX_BEGINNING)));
			raw.write(RawDelivery.chunk("{"));
			assertThat(raw.readHead()).startsWith("HTTP/1.1 413").contains("close");
		}
		assertNothingCameOfIt();
	}

	@Test
	void bodyWithoutAnEndIsRefusedAtTheLimit() throws IOException {
		String delivery = WebhookApplication.delivery(endedRun("not-delivered"));
		String large = RawDelivery.chunk("x".repeat(WebhookContent.MAX_BEGINNING));
		try (RawDelivery raw = new RawDelivery(application.port())) {
			raw.write(RawDelivery.head("", -1)
					+ RawDelivery.chunk(delivery.substring(0, delivery.length() - 1) + ", \"large\": \""));
			for (int i = 0; i < WebhookContent.MAX_LENGTH / WebhookContent.MAX_BEGINNING; i++) {
				raw.write(large);
			}
			assertThat(raw.readHead()).startsWith("HTTP/1.1 413").contains("close");
		}
		assertNothingCameOfIt();
	}

	private void assertNothingCameOfIt() {
		assertThat(application.deliver(endedRun("afterwards")).statusCode()).isEqualTo(204);
		assertThat(application.events().awaitEndedTags(1)).containsExactly("afterwards");
	}

}
