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

package ai.tinyfish.profile;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConflictException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.settings.SubmissionRetry;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RequestParts;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static ai.tinyfish.testing.Samples.setupSession;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Requests of the calls about profiles, and the values that their answers are read as.
 */
@BothClients(always = true)
class ProfileWireTests {

	private static final String SESSION = """
			{"session_id":"tf-open-0123456789","cdp_url":"wss://s.example/open-cdp","base_url":"https://s.example/open-base",
			 "viewer_url":"https://s.example/open-viewer","timeout_seconds":600,"expires_at":"2026-05-04T03:12:01Z"}""";

	private static final List<String> SECRETS = List.of("tf-open-0123456789", "open-cdp", "open-base", "open-viewer");

	@Parameter
	ClientKind kind;

	@Test
	void profilesAreListed() {
		try (ScriptedServer server = answering(200, """
				{"profiles":[{"id":"prof_1","name":"Shop","proxy_country_code":"NL","fingerprint_seed":"f-1",
				 "domain_count":3,"created_at":"2026-05-04T03:02:01Z","updated_at":"2026-05-05T03:02:01Z",
				 "is_default":true,"signed_in_sites":["shop.example",null],"new":[1]},
				 {"id":"prof_2","name":null,"proxy_country_code":"XX"},null]}""");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			List<Profile> profiles = client.profiles().list();
			assertThat(profiles).containsExactly(
					new Profile("prof_1", "Shop", "NL", "f-1", 3, Instant.parse("2026-05-04T03:02:01Z"),
							Instant.parse("2026-05-05T03:02:01Z"), true, List.of("shop.example"),
							Map.of("new", List.of(1))),
					new Profile("prof_2", null, "XX", null, null, null, null, null, null, null));
			assertThat(profiles.get(0).toString()).contains("additionalProperties=[new]");
			assertThat(profiles).extracting(Profile::proxyCountry)
				.containsExactly(ProxyCountryCode.NL, ProxyCountryCode.of("XX"));
			assertThat(server.requests().get(0)).startsWith("GET /v1/profiles HTTP/1.1\r\n");
		}
	}

	@Test
	void aProfileIsCreatedWithTheSetPropertiesOnly() {
		try (ScriptedServer server = answering(201,
				"{\"id\":\"prof_1\",\"name\":\"Shop\",\"proxy_country_code\":null}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThat(client.profiles().create(ProfileRequest.of("Shop")).id()).isEqualTo("prof_1");
			client.profiles()
				.create(ProfileRequest.builder()
					.name("Shop")
					.proxyCountry(ProxyCountryCode.SG)
					.setAsDefault(false)
					.build());
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/profiles");
			assertThat(request.body()).isEqualTo("{\"name\":\"Shop\"}");
			assertThat(RequestParts.of(server.requests().get(1)).body())
				.isEqualTo("{\"name\":\"Shop\",\"proxy_country_code\":\"SG\",\"set_as_default\":false}");
		}
	}

	@Test
	void theIntegrationGoesWithCreatingRequests() {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).integration("acme").build()) {
			Operation.PROFILES_CREATE.call(client);
			Operation.PROFILES_STARTSETUP.call(client);
			Operation.PROFILES_SAVE.call(client);
			Operation.PROFILES_CANCELSETUP.call(client);
			assertThat(server.requests()).extracting((request) -> RequestParts.of(request).body())
				.containsExactly("{\"name\":\"Shop\",\"api_integration\":\"acme\"}", "{\"api_integration\":\"acme\"}",
						"{\"session_id\":\"" + Samples.SETUP_SESSION + "\"}",
						"{\"session_id\":\"" + Samples.SETUP_SESSION + "\"}");
		}
	}

	@Test
	void aSetUpSessionIsStartedAndDescribedWithoutItsIdAndAddresses() {
		try (ScriptedServer server = answering(200, SESSION);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			SetupSession session = client.profiles().startSetup("prof_1");
			assertThat(session).isEqualTo(new SetupSession("prof_1", "tf-open-0123456789", "wss://s.example/open-cdp",
					"https://s.example/open-base", "https://s.example/open-viewer", Duration.ofMinutes(10),
					Instant.parse("2026-05-04T03:12:01Z")));
			assertThat(session.toString()).contains("PT10M").doesNotContain(SECRETS);
			client.profiles()
				.startSetup("prof_1",
						SetupSessionRequest.builder()
							.url("https://shop.example/login")
							.timeout(Duration.ofMinutes(10))
							.build());
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/profiles/prof_1/setup-session");
			assertThat(request.body()).isEqualTo("{}");
			assertThat(RequestParts.of(server.requests().get(1)).body())
				.isEqualTo("{\"url\":\"https://shop.example/login\",\"timeout_seconds\":600}");
		}
	}

	@Test
	void aSessionWithNothingButItsIdCanBeUsed() {
		try (ScriptedServer server = answering(200, "{\"session_id\":\"s\",\"cdp_url\":17,\"viewer_url\":{}}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			SetupSession session = client.profiles().startSetup("prof_1");
			assertThat(session.sessionId()).isEqualTo("s");
			assertThat(session.viewerUrl()).isNull();
			assertThat(session.expiresAt()).isNull();
		}
	}

	@Test
	void aSessionIsSaved() {
		try (ScriptedServer server = answering(200, """
				{"domains_updated":["shop.example",null],"domains_failed":["bank.example"],"cookie_count":"12",
				 "pages_captured":2,"next_step":"Use it","new":{}}""");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			SavedProfile saved = client.profiles().save(setupSession("prof_1", "s \"1\""));
			assertThat(saved).isEqualTo(new SavedProfile(List.of("shop.example"), List.of("bank.example"), 12, 2,
					Map.of("next_step", "Use it", "new", Map.of())));
			assertThat(saved.nextStep()).isEqualTo("Use it");
			RequestParts request = RequestParts.of(server.requests().get(0));
			assertThat(request.method()).isEqualTo("POST");
			assertThat(request.path()).isEqualTo("/v1/profiles/prof_1/save");
			assertThat(request.body()).isEqualTo("{\"session_id\":\"s \\\"1\\\"\"}");
			assertThat(new SavedProfile(null, null, null, null, Map.of("next_step", List.of())).nextStep()).isNull();
		}
	}

	@Test
	void theSitesThatAUserHasNamedAreSent() {
		try (ScriptedServer server = answering(200, "{\"cookie_count\":1}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			client.profiles().save(setupSession("prof_1", "s-1"), List.of("shop.example", "mail.example"));
			client.profiles().save(setupSession("prof_1", "s-1"), List.of());
			assertThat(server.requests()).extracting((request) -> RequestParts.of(request).body())
				.containsExactly("{\"session_id\":\"s-1\",\"signed_in_sites\":[\"shop.example\",\"mail.example\"]}",
						"{\"session_id\":\"s-1\"}");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.profiles().save(setupSession("prof_1", "s-1"), List.of(" ")))
				.withMessage("signedInSites must not be blank");
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void aSessionIsCancelledWithAnyAnswerOfSuccessButAPage() {
		for (String body : List.of("", "{}", "{\"cancelled\":true}", "null")) {
			try (ScriptedServer server = answering(200, body);
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatNoException().as(body)
					.isThrownBy(() -> client.profiles().cancelSetup(setupSession("prof_1", "s-1")));
				RequestParts request = RequestParts.of(server.requests().get(0));
				assertThat(request.method()).isEqualTo("POST");
				assertThat(request.path()).isEqualTo("/v1/profiles/prof_1/setup-session/cancel");
				assertThat(request.body()).isEqualTo("{\"session_id\":\"s-1\"}");
			}
		}
		try (ScriptedServer server = answering(200, "<html>Log in</html>");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.profiles().cancelSetup(setupSession("prof_1", "s-1")));
		}
	}

	@Test
	void anyIdOfTheServiceIsOneSegmentOfThePath() {
		try (ScriptedServer server = answering(200, "{}");
				TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
			String id = "../a b?c=d#\u00e4{x}";
			attempt(() -> client.profiles().startSetup(id));
			attempt(() -> client.profiles().save(setupSession(id, "s-1")));
			attempt(() -> client.profiles().cancelSetup(setupSession(id, "s-1")));
			String segment = "..%2Fa%20b%3Fc%3Dd%23%C3%A4%7Bx%7D";
			assertThat(server.requests()).extracting(RequestParts::target)
				.containsExactly("/v1/profiles/" + segment + "/setup-session", "/v1/profiles/" + segment + "/save",
						"/v1/profiles/" + segment + "/setup-session/cancel");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", ".", "..", "a\nb", "a\u0000" })
	void anIdThatCouldLeadElsewhereIsRefusedBeforeAnythingIsSent(String id) {
		try (ScriptedServer server = Operation.answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatIllegalArgumentException().isThrownBy(() -> client.profiles().startSetup(id))
				.withMessageStartingWith("profileId must");
			assertThatIllegalArgumentException().isThrownBy(() -> client.profiles().save(setupSession(id, "s-1")))
				.withMessageStartingWith("profileId must");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.profiles().cancelSetup(setupSession(id, "s-1")))
				.withMessageStartingWith("profileId must");
			assertThatIllegalArgumentException().isThrownBy(() -> client.profiles().save(setupSession("prof_1", " ")))
				.withMessage("sessionId must not be blank");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client.profiles().cancelSetup(setupSession("prof_1", null)))
				.withMessage("sessionId must not be blank");
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void aSessionThatMayHaveBeenStartedIsNotRequestedAgain() {
		for (Operation operation : List.of(Operation.PROFILES_CREATE, Operation.PROFILES_STARTSETUP)) {
			try (ScriptedServer server = new ScriptedServer(Exchange::reset);
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> operation.call(client))
					.withMessageContaining(operation.method());
				assertThat(server.requests()).hasSize(1);
			}
		}
	}

	@Test
	void anAnswerThatNamesASessionIsNeverRepeatedAndItsMessageHasNoSecret() {
		String error = "{\"error\":{\"code\":\"INTERNAL_ERROR\",\"message\":\"Lost tf-open-0123456789 at wss://s.example/open-cdp\"},";
		for (int status : List.of(429, 500, 503)) {
			for (SubmissionRetry mode : SubmissionRetry.values()) {
				try (ScriptedServer server = answering(status, SESSION.replaceFirst("\\{", error));
						TinyFishClient client = this.kind.client(server.baseUrl())
							.retry(Samples.QUICK_RETRY.withSubmissions(mode))
							.build()) {
					TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class,
							() -> client.profiles().startSetup("prof_1"));
					assertThat(server.requests()).hasSize(1);
					assertThat(ex)
						.hasMessageContaining("Lost *** at ***; the response names a session, which may be open");
					assertThat(stackTrace(ex)).doesNotContain(SECRETS);
					assertThat(ex.response().body()).as("for those who ask").contains(SECRETS);
				}
			}
		}
	}

	@Test
	void anAnswerThatNamesAProfileIsNeverRepeatedAndItsMessageHasTheId() {
		try (ScriptedServer server = answering(503,
				"{\"error\":{\"code\":\"SERVICE_BUSY\",\"message\":\"Broke\"},\"profile_id\":\"prof_9\"}");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class)
				.isThrownBy(() -> client.profiles().create(ProfileRequest.of("Shop")))
				.withMessageContaining("Broke; the response names prof_9, which may exist");
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aSessionWithoutAnIdIsRefusedWithoutItsAddresses() {
		try (ScriptedServer server = answering(200, SESSION.replace("\"tf-open-0123456789\"", "\" \""));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class,
					() -> client.profiles().startSetup("prof_1"));
			assertThat(ex).hasMessageContaining("it has no session_id");
			assertThat(stackTrace(ex) + ex.response()).doesNotContain(SECRETS);
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void theSessionIsTakenOutOfAnErrorThatRepeatsIt() {
		String echo = "{\"error\":{\"code\":\"X\",\"message\":\"Session %1$s is gone\",\"details\":[\"%1$s\"]}}"
			.formatted(Samples.SETUP_SESSION);
		for (Operation operation : List.of(Operation.PROFILES_SAVE, Operation.PROFILES_CANCELSETUP)) {
			for (int status : List.of(400, 404, 409, 500)) {
				try (ScriptedServer server = answering(status, echo);
						TinyFishClient client = this.kind.client(server.baseUrl()).maxRetries(0).build()) {
					TinyFishStatusException ex = catchThrowableOfType(TinyFishStatusException.class,
							() -> operation.call(client));
					assertThat(ex).hasMessageContaining("Session *** is gone");
					assertThat(stackTrace(ex) + ex.details() + ex.response().body())
						.doesNotContain(Samples.SETUP_SESSION);
				}
			}
		}
	}

	@Test
	void aProfileThatIsNotThereOrIsInUseIsNamedSo() {
		try (ScriptedServer server = answering(404, Samples.envelope("NOT_FOUND", "No such profile"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class)
				.isThrownBy(() -> client.profiles().startSetup("prof_1"));
		}
		try (ScriptedServer server = answering(409, Samples.envelope("CONFLICT", "In use"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishConflictException.class)
				.isThrownBy(() -> client.profiles().startSetup("prof_1"));
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static void attempt(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException ex) {
			// the answer does not matter
		}
	}

	private static String stackTrace(Throwable thrown) {
		StringWriter text = new StringWriter();
		thrown.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
