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

package ai.tinyfish.spring.boot.autoconfigure;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import ai.tinyfish.spring.boot.testing.ApplicationProcess;
import ai.tinyfish.spring.boot.testing.SocketApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications of every kind start as this kind, each in a JVM of its own.
 */
@Tag("jvms")
class WebApplicationTypeTests {

	private static final String LOGGING = "commons-logging|slf4j-api|logback-|log4j-|jul-to-slf4j|snakeyaml";

	/** Dependencies of the client itself. */
	private static final String CLIENT = "jspecify|jackson-(annotations|core|databind)-|reactive-streams|reactor-|netty-"
			+ "|micrometer-(commons|observation-\\d)|spring-retry|spring-(aop|beans|context|core|expression|web|webflux)-\\d";

	private static final String BOOT = "jakarta.annotation|spring-boot-\\d|spring-boot-autoconfigure-";

	private static final Predicate<String> LEAST = anyOf(LOGGING, CLIENT, BOOT);

	private static final Predicate<String> STARTER = LEAST
		.or(anyOf("spring-boot-(http-client|http-codec|http-converter|jackson|reactor-\\d|restclient-\\d|webclient)"));

	private static final Predicate<String> SERVLET = STARTER
		.or(anyOf("spring-webmvc", "tomcat-embed", "spring-boot-(servlet|tomcat|web-server|webmvc)"));

	private static final Predicate<String> REACTIVE = STARTER
		.or(anyOf("spring-boot-(netty|reactor-netty|web-server|webflux)"));

	@TempDir
	private Path directory;

	@AutoClose
	private final SocketApi api = new SocketApi();

	@Test
	void applicationWithTheStarterAloneIsNotAWebApplicationAndEndsByItself() {
		assertThat(run(STARTER)).containsEntry("type", "NONE").satisfies(this::opensNoPort);
	}

	@Test
	void applicationWithoutBootsClientModulesEndsByItself() {
		assertThat(run(LEAST)).containsEntry("type", "NONE").satisfies(this::opensNoPort);
	}

	@Test
	void servletApplicationStaysOne() {
		assertThat(run(SERVLET, "--server.port=0", "--exit=true")).containsEntry("type", "SERVLET")
			.satisfies(this::opensOnePort);
	}

	@Test
	void reactiveApplicationStaysOne() {
		assertThat(run(REACTIVE, "--server.port=0", "--exit=true")).containsEntry("type", "REACTIVE")
			.satisfies(this::opensOnePort);
	}

	@Test
	void applicationsOfEveryKindMayReceiveWebhooks() {
		String[] webhooks = { "--tinyfish.webhook.enabled=true", "--tinyfish.webhook.secret=s3cret-s3cret-s3cret",
				"--server.port=0", "--exit=true" };
		assertThat(run(LEAST, webhooks)).containsEntry("type", "NONE").containsEntry("webhooks", "none");
		assertThat(run(SERVLET, webhooks)).containsEntry("type", "SERVLET").containsEntry("webhooks", "servlet");
		assertThat(run(REACTIVE, webhooks)).containsEntry("type", "REACTIVE").containsEntry("webhooks", "reactive");
	}

	private Map<String, String> run(Predicate<String> libraries, String... arguments) {
		String[] all = new String[arguments.length + 3];
		all[0] = "--tinyfish.base-url=" + this.api.baseUrl();
		all[1] = "--tinyfish.api-key=sk-process";
		all[2] = "--tinyfish.run.shutdown-timeout=0s";
		System.arraycopy(arguments, 0, all, 3, arguments.length);
		ApplicationProcess process = ApplicationProcess.run(this.directory, libraries, all);
		// Tomcat warns of a machine that takes its time to give it random numbers
		assertThat(process.output().lines().filter((line) -> !line.contains("SessionIdGeneratorBase")))
			.noneMatch((line) -> line.contains(" ERROR ") || line.contains(" WARN "));
		assertThat(process.output()).doesNotContain("sk-process");
		assertThat(process.facts()).containsEntry("blockingCall", "RUNNING")
			.containsEntry("blockingStream", "COMPLETED")
			.containsEntry("reactiveCall", "RUNNING")
			.containsEntry("reactiveStream", "2")
			.containsEntry("bothEndingsHeard", "true");
		assertThat(process.facts().get("threadsBefore")).as("before the first call").doesNotContain("tinyfish");
		assertThat(process.facts().get("threads")).contains("tinyfish").doesNotContain("=false");
		assertThat(this.api.keys()).isNotEmpty().containsOnly("sk-process");
		return process.facts();
	}

	private void opensNoPort(Map<String, String> facts) {
		assertThat(facts).as("no thread of any HTTP client").containsEntry("threadsBefore", "{}");
		assertThat(facts.get("ports")).isIn("0", "unknown");
	}

	private void opensOnePort(Map<String, String> facts) {
		assertThat(facts.get("ports")).isIn("1", "unknown");
	}

	private static Predicate<String> anyOf(String... beginnings) {
		return Pattern.compile("^(" + String.join("|", beginnings) + ")").asPredicate();
	}

}
