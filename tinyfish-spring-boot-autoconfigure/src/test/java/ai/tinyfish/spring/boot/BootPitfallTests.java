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

package ai.tinyfish.spring.boot;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client that lives in Boot applications is known to stumble over.
 */
class BootPitfallTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static WireMockServer server;

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=http://127.0.0.1:" + server.port());

	@BeforeAll
	static void startServer() {
		server = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
		server.start();
		server.stubFor(WireMock.get("/v1/runs/run-1")
			.willReturn(
					okJson("""
							{"run_id": "run-1", "status": "PAUSED_BY_MOON", "num_of_steps": null, "created_at": "2026-01-02 03:04:05",
							"not_known_yet": {"status": 1}}""")));
		server.stubFor(WireMock.post("/v1/automation/run").willReturn(okJson("""
				{"run_id": "run-1", "status": "COMPLETED", "num_of_steps": null, "result": {"unitPrice": 42}}""")));
	}

	@AfterAll
	static void stopServer() {
		server.stop();
	}

	/**
	 * Reactor Netty on the class path makes Boot choose it for the application's own
	 * RestClients; the property keeps them where they were, and ours where they are.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "jdk", "reactor", "" })
	void pitfall04HttpClientOfTheApplicationIsItsOwnChoiceAndOursIsNot(String factory) {
		this.contextRunner.withPropertyValues("spring.http.clients.imperative.factory=" + factory).run((context) -> {
			assertThat(context.getBean(RestClient.Builder.class).build()).extracting("clientRequestFactory")
				.isInstanceOf("jdk".equals(factory) ? JdkClientHttpRequestFactory.class
						: ReactorClientHttpRequestFactory.class);
			NewThreads threads = NewThreads.since();
			assertThat(context.getBean(TinyFishClient.class).runs().get("run-1")).isNotNull();
			assertThat(threads.ofConnections()).as("on connections of our own")
				.isNotEmpty()
				.allMatch((name) -> name.startsWith("tinyfish-"));
		});
	}

	/**
	 * The application's mapper is the opposite of ours in all that the versions of
	 * Jackson disagree about.
	 */
	@Test
	void pitfall11JsonOfOursFollowsNoMapperOfTheApplication() {
		JsonMapper opposite = JsonMapper.builder()
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
			.enumNamingStrategy(EnumNamingStrategies.LOWER_CAMEL_CASE)
			.build();
		this.contextRunner.withBean(JsonMapper.class, () -> opposite).run((context) -> {
			assertThat(context).getBean(JsonMapper.class).isSameAs(opposite);
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			for (Run run : List.of(blocking.runs().get("run-1"), reactive.runs().get("run-1").block(PATIENCE))) {
				assertThat(run.status()).isEqualTo(RunStatus.UNKNOWN);
				assertThat(run.statusText()).isEqualTo("PAUSED_BY_MOON");
				assertThat(run.createdAt()).isNotNull();
			}
			AgentRequest request = AgentRequest.of("https://shop.example/", "Find the price");
			for (AgentRun run : List.of(blocking.agent().run(request), reactive.agent().run(request).block(PATIENCE))) {
				assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
				assertThat(run.result().to(Price.class)).isEqualTo(new Price(42));
			}
		});
	}

	@Test
	void pitfall12EveryClassCanBeLoadedAndLinked() throws Exception {
		List<String> names = files((file) -> file.endsWith(".class"), (file, content) -> className(file));
		assertThat(names).contains(TinyFishAutoConfiguration.class.getName()).hasSizeGreaterThan(20);
		for (String name : names) {
			Class<?> type = Class.forName(name, true, getClass().getClassLoader());
			List<Member> members = new ArrayList<>(Arrays.asList(type.getDeclaredMethods()));
			members.addAll(Arrays.asList(type.getDeclaredFields()));
			members.addAll(Arrays.asList(type.getDeclaredConstructors()));
			assertThat(type.getAnnotations()).isNotNull();
			assertThat(members).allSatisfy((member) -> assertThat(member.getDeclaringClass()).isSameAs(type));
		}
	}

	/**
	 * What is called lazily would be found missing at the call only.
	 */
	@Test
	void pitfall12EverythingThatIsCalledIsThere() throws Exception {
		List<Class<?>> types = new ArrayList<>();
		for (String name : files((file) -> file.endsWith(".class"), (file, content) -> className(file))) {
			types.add(Class.forName(name));
		}
		List<JavaAccess<?>> accesses = new ClassFileImporter().importClasses(types)
			.stream()
			.map(JavaClass::getAccessesFromSelf)
			.flatMap(Collection::stream)
			.<JavaAccess<?>>map((access) -> access)
			.filter((access) -> !access.getTargetOwner().isArray())
			.toList();
		assertThat(accesses).hasSizeGreaterThan(200)
			.anyMatch((access) -> access.getTargetOwner().getName().startsWith("org.springframework.boot."));
		assertThat(accesses.stream()
			.filter((access) -> access.getTarget().resolveMember().isEmpty())
			.map(JavaAccess::getDescription)).isEmpty();
	}

	@Test
	void pitfall12EveryClassThatIsNamedInTextIsThere() throws Exception {
		List<String> names = new ArrayList<>();
		for (String candidate : ImportCandidates.load(AutoConfiguration.class, null).getCandidates()) {
			if (candidate.startsWith("ai.tinyfish.")) {
				names.add(candidate);
				names.addAll(List.of(Class.forName(candidate).getAnnotation(AutoConfiguration.class).afterName()));
			}
		}
		for (String factories : files("META-INF/spring.factories"::equals, (file, content) -> content)) {
			Properties properties = new Properties();
			properties.load(new StringReader(factories));
			properties.forEach((type, implementations) -> {
				names.add((String) type);
				names.addAll(List.of(((String) implementations).split(",")));
			});
		}
		assertThat(names)
			.contains(TinyFishAutoConfiguration.class.getName(), TinyFishSimulatorAutoConfiguration.class.getName(),
					TinyFishConfigurationFailureAnalyzer.class.getName())
			.hasSizeGreaterThan(10);
		assertThat(names).allSatisfy((name) -> assertThat(Class.forName(name)).isNotNull());
	}

	/**
	 * Something of some files of this module, be it a directory or a jar.
	 */
	private static List<String> files(Predicate<String> filter, BiFunction<String, String, String> mapper)
			throws Exception {
		Path location = Path.of(TinyFishProperties.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		if (Files.isDirectory(location)) {
			return files(location, filter, mapper);
		}
		try (FileSystem jar = FileSystems.newFileSystem(location)) {
			return files(jar.getPath("/"), filter, mapper);
		}
	}

	private static List<String> files(Path root, Predicate<String> filter, BiFunction<String, String, String> mapper)
			throws IOException {
		List<String> results = new ArrayList<>();
		List<Path> paths;
		try (Stream<Path> all = Files.walk(root)) {
			paths = all.filter(Files::isRegularFile).toList();
		}
		for (Path path : paths) {
			String file = root.relativize(path).toString().replace('\\', '/');
			if (filter.test(file)) {
				results.add(mapper.apply(file, Files.readString(path, StandardCharsets.ISO_8859_1)));
			}
		}
		return results;
	}

	private static String className(String file) {
		return file.substring(0, file.length() - ".class".length()).replace('/', '.');
	}

	record Price(int unitPrice) {
	}

}
