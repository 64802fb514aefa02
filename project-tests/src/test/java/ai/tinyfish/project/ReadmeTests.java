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

package ai.tinyfish.project;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.webagent.WebAgent;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the documents with the code: their Java compiles, and the reference of
 * properties is complete.
 */
class ReadmeTests {

	private static final String TESTING = "testing.md";

	/** Pages whose code is that of tests, and the modules of these tests. */
	private static final Map<String, List<String>> TESTED = Map.ofEntries(entry("durable.md", "tinyfish-durable"),
			entry("watches.md", "tinyfish-durable"), entry("durable-operating.md", "tinyfish-durable"),
			entry("client.md", "browser-tests"), entry("kotlin.md", "kotlin-tests"),
			entry("language-models.md", "tinyfish-spring-ai"), entry("mcp.md", "tinyfish-spring-ai"),
			entry("recorded-runs.md", "tinyfish-spring-boot-test"),
			entry("evaluations.md", "tinyfish-spring-boot-test"), entry("goals.md", "tinyfish-spring-boot-test"),
			entry(TESTING, "tinyfish-spring-boot-test", "tinyfish-durable", "tinyfish-spring-ai"));

	/**
	 * Pages with optional libraries, of which each section has the imports of its own.
	 */
	private static final Set<String> SECTIONS = Set.of("events.md", "language-models.md", "mcp.md", "observability.md",
			"relay.md", "watches.md", TESTING);

	private static final String IMPORT = "(?m)^(import .*;)$";

	private static final String IMPORTS = """
			import java.lang.reflect.Method;
			import java.math.BigDecimal;
			import java.net.URI;
			import java.security.Principal;
			import java.time.Duration;
			import java.time.Instant;
			import java.time.LocalDate;
			import java.util.*;
			import java.util.concurrent.CompletableFuture;
			import java.util.concurrent.CompletionStage;
			import java.util.concurrent.ConcurrentHashMap;
			import java.util.concurrent.atomic.AtomicInteger;
			import java.util.function.Consumer;
			import java.util.stream.*;
			import ai.tinyfish.*;
			import ai.tinyfish.agent.*;
			import ai.tinyfish.agent.event.*;
			import ai.tinyfish.browser.*;
			import ai.tinyfish.error.*;
			import ai.tinyfish.fetch.*;
			import ai.tinyfish.settings.*;
			import ai.tinyfish.observation.*;
			import ai.tinyfish.profile.*;
			import ai.tinyfish.run.*;
			import ai.tinyfish.search.*;
			import ai.tinyfish.simulator.*;
			import ai.tinyfish.spring.boot.*;
			import ai.tinyfish.spring.boot.budget.*;
			import ai.tinyfish.spring.boot.actuate.*;
			import ai.tinyfish.spring.boot.autoconfigure.*;
			import ai.tinyfish.spring.event.*;
			import ai.tinyfish.spring.relay.*;
			import ai.tinyfish.spring.test.*;
			import ai.tinyfish.spring.test.evaluation.*;
			import ai.tinyfish.usage.*;
			import ai.tinyfish.vault.*;
			import ai.tinyfish.wallet.*;
			import ai.tinyfish.spring.webagent.*;
			import ai.tinyfish.webagent.*;
			import io.micrometer.common.KeyValues;
			import io.micrometer.context.ContextRegistry;
			import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
			import io.micrometer.core.instrument.MeterRegistry;
			import org.junit.jupiter.api.Test;
			import org.slf4j.Logger;
			import org.slf4j.LoggerFactory;
			import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
			import org.springframework.beans.factory.annotation.Autowired;
			import org.springframework.beans.factory.annotation.Qualifier;
			import org.springframework.boot.ApplicationArguments;
			import org.springframework.boot.ApplicationRunner;
			import org.springframework.boot.test.context.SpringBootTest;
			import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
			import org.springframework.boot.test.context.TestConfiguration;
			import org.springframework.cache.CacheManager;
			import org.springframework.cache.annotation.*;
			import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
			import org.springframework.context.annotation.Bean;
			import org.springframework.context.annotation.Configuration;
			import org.springframework.context.annotation.Scope;
			import org.springframework.context.event.EventListener;
			import org.springframework.core.ParameterizedTypeReference;
			import org.springframework.core.annotation.Order;
			import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
			import org.springframework.http.HttpStatus;
			import org.springframework.http.MediaType;
			import org.springframework.http.ProblemDetail;
			import org.springframework.http.codec.ServerSentEvent;
			import org.springframework.resilience.annotation.*;
			import org.springframework.resilience.retry.MethodRetryPredicate;
			import org.springframework.scheduling.annotation.Async;
			import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
			import org.springframework.stereotype.Component;
			import org.springframework.stereotype.Service;
			import org.springframework.test.annotation.DirtiesContext;
			import org.springframework.test.context.DynamicPropertyRegistrar;
			import org.springframework.transaction.annotation.Propagation;
			import org.springframework.transaction.annotation.Transactional;
			import org.springframework.transaction.event.TransactionalEventListener;
			import org.springframework.web.bind.annotation.*;
			import org.springframework.web.context.request.RequestAttributes;
			import org.springframework.web.context.request.RequestContextHolder;
			import org.springframework.web.reactive.function.server.ServerResponse;
			import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
			import reactor.core.publisher.*;
			import static org.assertj.core.api.Assertions.*;
			import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
			import static org.assertj.core.api.Assertions.assertThat;
			import static org.awaitility.Awaitility.await;
			""";

	@Test
	void theJavaOfTheDocumentsCompilesAndItsAgentsAreValid(@TempDir Path output) throws Exception {
		List<Snippet> snippets = new ArrayList<>();
		for (Path document : Documents.all()) {
			Map<String, String> agents = new HashMap<>();
			for (String block : compiledBlocks(document)) {
				snippets.add(new Snippet(document, block, source("Snippet" + snippets.size(), block, agents)));
			}
		}
		assertThat(snippets).hasSizeGreaterThan(5);
		DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
		JavacTask compiler = (JavacTask) ToolProvider.getSystemJavaCompiler()
			.getTask(null, null, problems,
					List.of("-d", output.toString(), "-parameters", "-proc:none", "-classpath",
							System.getProperty("java.class.path")),
					null, snippets.stream().map(Snippet::source).toList());
		Iterable<? extends CompilationUnitTree> units = compiler.parse();
		compiler.analyze();
		assertThat(problems.getDiagnostics()).filteredOn((problem) -> problem.getKind() == Diagnostic.Kind.ERROR)
			.isEmpty();
		Map<Path, Map<String, Set<String>>> compiled = new LinkedHashMap<>();
		Iterator<Snippet> parsed = snippets.iterator();
		for (CompilationUnitTree unit : units) {
			Snippet snippet = parsed.next();
			compiled.computeIfAbsent(snippet.document(), (document) -> new HashMap<>())
				.put(snippet.block(), Packages.ofCompiled(snippet.block(), unit, compiler));
		}
		compiler.generate();
		assertThat(agentsIn(output)).hasSizeGreaterThan(3);
		// the README is to be read at a glance
		compiled.remove(Documents.README);
		for (Path document : compiled.keySet()) {
			assertImports(document, compiled.get(document));
		}
	}

	@Test
	void pagesWithTheCodeOfTestsHaveItsImports() throws IOException {
		for (String page : TESTED.keySet()) {
			Path document = Documents.PAGES.resolve(page);
			if (compiledBlocks(document).isEmpty()) {
				assertImports(document, Map.of());
			}
		}
	}

	private static Map.Entry<String, List<String>> entry(String page, String... modules) {
		return Map.entry(page, List.of(modules));
	}

	private static void assertImports(Path document, Map<String, Set<String>> compiled) throws IOException {
		if (SECTIONS.contains(document.getFileName().toString())) {
			Packages.assertInTheSectionsOf(document, compiled, testsOf(document));
		}
		else {
			Set<String> imports = Packages.ofTested(testedBlocks(document), testsOf(document));
			compiled.values().forEach(imports::addAll);
			Packages.assertAtTheEndOf(document, imports);
		}
	}

	/**
	 * Return the blocks that are not those of tests. The page about tests has both.
	 */
	private static List<String> compiledBlocks(Path document) throws IOException {
		List<String> blocks = new ArrayList<>(hasFiles(document) ? List.of() : Documents.blocks(document, "java"));
		blocks.removeAll(testedBlocks(document));
		return blocks;
	}

	private static List<String> testedBlocks(Path document) throws IOException {
		if (!TESTED.containsKey(document.getFileName().toString())) {
			return List.of();
		}
		List<String> blocks = Documents.blocks(document, "(?:java|kotlin)");
		List<String> tests = testsOf(document);
		return (document.endsWith(TESTING) || document.endsWith("client.md"))
				? blocks.stream().filter((block) -> Packages.isTested(block, tests)).toList() : blocks;
	}

	private static List<String> testsOf(Path document) throws IOException {
		List<String> tests = new ArrayList<>();
		for (String module : TESTED.getOrDefault(document.getFileName().toString(), List.of())) {
			try (Stream<Path> files = Files.walk(Documents.ROOT.resolve(module).resolve("src/test"))) {
				for (Path file : files.filter((path) -> path.toString().matches(".*\\.(java|kt)")).toList()) {
					tests.add(Files.readString(file));
				}
			}
		}
		return tests;
	}

	/**
	 * Whether the blocks of a document are whole files with their imports, which tests
	 * compare with files.
	 */
	private static boolean hasFiles(Path document) throws IOException {
		return document.endsWith("tutorial.md") || Documents.recipes().contains(document);
	}

	/**
	 * Implement the agents, which fails for one that is not valid.
	 */
	private static List<Object> agentsIn(Path output) throws Exception {
		List<Object> agents = new ArrayList<>();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { output.toUri().toURL() });
				Stream<Path> files = Files.list(output);
				TinyFishClient client = TinyFishClient.builder().apiKey("sk-tinyfish-test").build();
				ReactiveTinyFishClient reactive = ReactiveTinyFishClient.builder().apiKey("sk-tinyfish-test").build()) {
			WebAgents factory = WebAgents.builder().client(client).reactiveClient(reactive).build();
			for (Path file : files.toList()) {
				Class<?> type = loader.loadClass(file.getFileName().toString().replace(".class", ""));
				if (type.isAnnotationPresent(WebAgent.class)) {
					agents.add(factory.create(type));
				}
			}
		}
		return agents;
	}

	@Test
	void dependenciesOfGradleAreThoseOfMaven() throws IOException {
		String pom = Files.readString(Documents.ROOT.resolve("pom.xml"));
		List<String> maven = Pattern
			.compile("<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>(?:\\s*<version>(.*?)</version>)?")
			.matcher(Documents.blocks(Documents.README, "xml").get(0))
			.results()
			.map((match) -> match.group(1) + ":" + match.group(2)
					+ ((match.group(3) != null) ? ":" + match.group(3) : ""))
			.toList();
		assertThat(Documents.find(Documents.blocks(Documents.README, "gradle").get(0), "\"(.*?)\""))
			.containsExactlyElementsOf(maven)
			.allSatisfy((dependency) -> assertThat(pom).contains("<module>" + dependency.split(":")[1] + "<"));
		assertThat(maven.get(0)).endsWith(":" + Documents.find(pom, "<version>(.*?)<").get(0));
	}

	/**
	 * A form of another site could start a run where parameters do.
	 */
	@Test
	void examplesThatAreCalledByBrowsersTakeJson() throws IOException {
		List<String> mappings = new ArrayList<>();
		for (Path document : Documents.all()) {
			mappings.addAll(Documents.find(Files.readString(document), "(@PostMapping[^\\n]*\\n[^\\n]*)"));
		}
		assertThat(mappings).isNotEmpty()
			.allSatisfy((mapping) -> assertThat(mapping).contains("consumes = MediaType.APPLICATION_JSON_VALUE",
					"(@RequestBody "));
	}

	/**
	 * An agent interface that one block declares is known to those that follow it, and so
	 * is a variable of its name.
	 */
	private static JavaFileObject source(String name, String block, Map<String, String> agents) {
		String imports = String.join("\n", Documents.find(block, IMPORT));
		String code = block.replaceAll(IMPORT, "").strip();
		Optional<String> agent = agents.keySet()
			.stream()
			.filter((candidate) -> !code.contains("interface " + candidate + " ")
					&& Pattern.compile("\\b(" + candidate + "\\b|" + variable(candidate) + "\\.)").matcher(code).find())
			.findFirst();
		String declared = agent.map((known) -> " extends " + agents.get(known)).orElse("");
		String field = agent.map((known) -> known + " " + variable(known) + ";").orElse("");
		Documents.find(code, "(?m)^interface (\\w+) \\{").forEach((declaration) -> agents.put(declaration, name));
		boolean isClass = Pattern.compile("(?m)^(class|interface) ").matcher(code).find();
		boolean isMethod = !code.startsWith("record ")
				&& code.matches("(?s)(@[^\\n]+\\n)*[\\w<>]+ \\w+\\([^;]*\\) \\{.*");
		String members = isClass ? code.replaceFirst("(?m)^class ", "static class ")
				: isMethod ? code : "TinyFishClient client; String url; String goal; " + field
						+ "\nvoid snippet() throws Exception {\n" + code + "\n}";
		String text = IMPORTS + imports + "\nclass " + name + declared + " {\n" + members + "\n}\n";
		return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return text;
			}
		};
	}

	private static String variable(String type) {
		return Character.toLowerCase(type.charAt(0)) + type.substring(1);
	}

	private record Snippet(Path document, String block, JavaFileObject source) {

	}

}
