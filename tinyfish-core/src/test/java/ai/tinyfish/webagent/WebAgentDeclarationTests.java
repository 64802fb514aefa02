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

package ai.tinyfish.webagent;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.QueuedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for interfaces, goals, URLs and parameters that are refused.
 */
class WebAgentDeclarationTests extends AbstractWebAgentDeclarationTests {

	@ParameterizedTest
	@MethodSource
	void invalidInterfaceIsRefusedWithMethodReasonAndCure(Class<?> type, String reason) {
		assertRefused(type, reason);
	}

	static Stream<Object> invalidInterfaceIsRefusedWithMethodReasonAndCure() {
		return Stream.of(arguments(NoAnnotation.class, "no @WebAgent"), arguments(NoMethods.class, "no method"),
				arguments(AClass.class, "not an interface"), arguments(ASealed.class, "not an interface"),
				arguments(NoGoal.class, "no @Goal"), arguments(BlankGoal.class, "the goal is blank"),
				arguments(GoalOnBody.class, "has a body"), arguments(NoUrl.class, "no URL"),
				arguments(RelativeUrl.class, "not an absolute"), arguments(SpacedUrl.class, "has white space"),
				arguments(HostVariable.class, "before its path"), arguments(TwoUrls.class, "a url and a parameter"),
				arguments(UnknownVariable.class, "{currency} has no parameter"),
				arguments(UnknownUrlVariable.class, "{coin} has no parameter"),
				arguments(UnusedParameter.class, "currency is in neither the goal nor the URL"),
				arguments(SameName.class, "more than one parameter has the name coin"),
				arguments(Placeholder.class, "placeholder"), arguments(UnknownParameterType.class, "Map<java.lang"),
				arguments(NestedParameterType.class, "Optional<java.util.List<"),
				arguments(ListAsTag.class, "wrong type for @RunTag"),
				arguments(OpenInterface.class,
						"it has the return type java.util.List<T>, whose type variable T of " + Open.class.getName()
								+ " is not resolved"),
				arguments(OpenParameter.class, "parameter item has the type K, whose type variable K of "),
				arguments(QueuedWithTimeout.class, "a timeout has no effect"),
				arguments(QueuedWithTimeoutParameter.class, "a timeout has no effect"),
				arguments(WrongTimeout.class, "wrong type for @RunTimeout"),
				arguments(WrongUrl.class, "wrong type for @StartUrl"), arguments(TwoTags.class, "more than one"),
				arguments(TwoRoles.class, "more than one of"),
				arguments(WrongCustomizer.class, "wrong type for Consumer"), arguments(WrongName.class, "'a b'"));
	}

	@Test
	void placeholderThatCannotBeReplacedIsNamed() {
		WebAgents strict = WebAgents.builder().client(this.client).placeholders((text) -> {
			throw new IllegalArgumentException("no shop.url");
		}).build();
		assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> strict.create(Placeholder.class))
			.withMessageContaining("no shop.url");
	}

	@Test
	void interfaceWithoutParameterNamesIsRefusedUnlessAnnotationsNameThem(@TempDir Path output) throws Exception {
		String code = "@WebAgent(url = \"https://shop.example\") public interface %s {"
				+ " @Goal(\"Find {coin}\") QueuedRun find(%s String coin); }";
		compile(output, "Nameless", code.formatted("Nameless", ""));
		compile(output, "Named", code.formatted("Named", "@TemplateVariable(\"coin\")"));
		try (URLClassLoader loader = new URLClassLoader(new URL[] { output.toUri().toURL() })) {
			Class<?> nameless = loader.loadClass("Nameless");
			assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> this.agents.create(nameless))
				.withMessageContaining("the name of parameter 1 is not known")
				.withMessageContaining("-parameters");
			assertThat((Object) this.agents.create(loader.loadClass("Named"))).isNotNull();
		}
	}

	static void compile(Path output, String name, String code) throws IOException {
		JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///" + name + ".java"),
				JavaFileObject.Kind.SOURCE) {
			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return "import ai.tinyfish.webagent.*; import ai.tinyfish.run.*; " + code;
			}
		};
		StringWriter problems = new StringWriter();
		List<String> options = List.of("-d", output.toString(), "-proc:none", "-classpath",
				System.getProperty("java.class.path"));
		assertThat(ToolProvider.getSystemJavaCompiler()
			.getTask(problems, null, null, options, null, List.of(source))
			.call()).as(problems.toString()).isTrue();
	}

	interface NoAnnotation {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = URL)
	interface NoMethods {

	}

	@WebAgent(url = URL)
	abstract static class AClass {

	}

	@WebAgent(url = URL)
	sealed interface ASealed permits ASealedOne {

		@Goal("Read")
		Price read();

	}

	non-sealed interface ASealedOne extends ASealed {

	}

	@WebAgent(url = URL)
	interface NoGoal {

		Price read();

	}

	@WebAgent(url = URL)
	interface BlankGoal {

		@Goal(" ")
		Price read();

	}

	@WebAgent(url = URL)
	interface GoalOnBody {

		@Goal("Read")
		default Price read() {
			return new Price(1);
		}

	}

	@WebAgent
	interface NoUrl {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = "shop.example")
	interface RelativeUrl {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = "https://shop.example/new books")
	interface SpacedUrl {

		@Goal("Read")
		Price read();

	}

	interface Open<T, K> {

		@Goal("Read")
		List<T> read();

		@Goal("Read {item}")
		QueuedRun queue(K item);

	}

	@WebAgent(url = URL)
	interface OpenInterface<T> extends Open<T, String> {

		@Override
		@Goal("Read {item}")
		QueuedRun queue(String item);

	}

	@WebAgent(url = URL)
	interface OpenParameter<K> extends Open<Price, K> {

	}

	@WebAgent(url = URL)
	interface QueuedWithTimeout {

		@Goal(value = "Read", runTimeout = "5m")
		QueuedRun read();

	}

	@WebAgent(url = URL)
	interface QueuedWithTimeoutParameter {

		@Goal("Read")
		QueuedRun read(@RunTimeout Duration timeout);

	}

	@WebAgent(url = URL)
	interface NestedParameterType {

		@Goal("Read {coins}")
		Price read(Optional<List<String>> coins);

	}

	@WebAgent(url = URL)
	interface ListAsTag {

		@Goal("Read")
		Price read(@RunTag List<String> tags);

	}

	@WebAgent(url = "https://{shop}.example")
	interface HostVariable {

		@Goal("Read")
		Price read(String shop);

	}

	@WebAgent
	interface TwoUrls {

		@Goal(value = "Read", url = URL)
		Price read(@StartUrl String page);

	}

	@WebAgent(url = URL)
	interface UnknownVariable {

		@Goal("Read {coin} in {currency}")
		Price read(String coin);

	}

	@WebAgent(url = URL + "/{coin}")
	interface UnknownUrlVariable {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = URL)
	interface UnusedParameter {

		@Goal("Read {coin}")
		Price read(String coin, String currency);

	}

	@WebAgent(url = URL)
	interface SameName {

		@Goal("Read {coin}")
		Price read(String coin, @TemplateVariable("coin") String other);

	}

	@WebAgent(url = "${shop.url}")
	interface Placeholder {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = URL)
	interface UnknownParameterType {

		@Goal("Read {coins}")
		Price read(Map<String, String> coins);

	}

	@WebAgent(url = URL)
	interface WrongTimeout {

		@Goal("Read")
		Price read(@RunTimeout long seconds);

	}

	@WebAgent(url = URL)
	interface WrongUrl {

		@Goal("Read")
		Price read(@StartUrl int page);

	}

	@WebAgent(url = URL)
	interface TwoTags {

		@Goal("Read")
		Price read(@RunTag String one, @RunTag String two);

	}

	@WebAgent(url = URL)
	interface TwoRoles {

		@Goal("Read")
		Price read(@RunTag @RunTimeout Duration one);

	}

	@WebAgent(url = URL)
	interface WrongCustomizer {

		@Goal("Read")
		Price read(Consumer<AgentRequest> customizer);

	}

	@WebAgent(url = URL)
	interface WrongName {

		@Goal("Read {a b}")
		Price read(@TemplateVariable("a b") String coin);

	}

}
