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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The section "Packages" at the end of a page, or of its sections: the imports of the
 * code.
 */
final class Packages {

	private static final String UPDATE = "tinyfish.docs.update";

	private static final String LIST = """
			<details>
			<summary>%s</summary>
			<pre>
			%s
			</pre>
			</details>
			""";

	private static final String EARLIER = "(?s)<details>\n<summary>(?:Packages|Imports).*?</details>\n+";

	private static final String CLASS = "\\n(?=\\n(@|class |record |interface ))";

	private static final Comparator<String> ORDER = Comparator.comparing(Packages::group)
		.thenComparing((line) -> line.replace(";", ""));

	private Packages() {
	}

	static void assertAtTheEndOf(Path page, Collection<String> imports) throws IOException {
		assertText(page, withList(Files.readString(page).replaceFirst(EARLIER, ""),
				"Packages: the imports of the code on this page", imports));
	}

	/**
	 * Assert that each section has the imports of its code. Whole files have theirs.
	 * @param page the page
	 * @param compiled the imports of each block that was compiled: the others are those
	 * of tests
	 * @param tests the sources of the tests
	 */
	static void assertInTheSectionsOf(Path page, Map<String, Set<String>> compiled, List<String> tests)
			throws IOException {
		StringBuilder expected = new StringBuilder();
		for (String section : Files.readString(page).replaceAll(EARLIER, "").split("(?m)^(?=## )")) {
			List<String> blocks = Documents.find(section, "(?ms)^```java\\n(.*?)^```$")
				.stream()
				.filter((block) -> !block.startsWith("import "))
				.toList();
			Set<String> imports = ofTested(blocks.stream().filter((block) -> !compiled.containsKey(block)).toList(),
					tests);
			// types that the page declares, in this section or another
			imports.removeIf((line) -> tests.stream()
				.anyMatch((test) -> contains(test, "(class|interface|record) " + simpleName(line))));
			blocks.forEach((block) -> imports.addAll(compiled.getOrDefault(block, Set.of())));
			expected.append(withList(section, "Imports", imports)).append('\n');
		}
		assertText(page, expected.toString().stripTrailing() + "\n");
	}

	/**
	 * Return the text with its imports at its end.
	 */
	private static String withList(String text, String title, Collection<String> imports) {
		String list = imports.isEmpty() ? ""
				: "\n" + LIST.formatted(title, imports.stream().sorted(ORDER).collect(Collectors.joining("\n")));
		return text.stripTrailing() + "\n" + list;
	}

	private static void assertText(Path page, String expected) throws IOException {
		if (Boolean.getBoolean(UPDATE)) {
			Files.writeString(page, expected);
		}
		assertThat(Files.readString(page)).as("""
				%s, whose section "Packages" is written by: mvn -pl project-tests -am test -Dtest=ReadmeTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%s=true""", page, UPDATE).isEqualTo(expected);
	}

	/**
	 * Return the imports of a block that was compiled: those of its simple names.
	 */
	static Set<String> ofCompiled(String block, CompilationUnitTree unit, JavacTask compiler) {
		Set<String> imports = new TreeSet<>();
		Trees trees = Trees.instance(compiler);
		new TreePathScanner<Void, Void>() {

			@Override
			public Void visitImport(ImportTree wildcard, Void unused) {
				return null;
			}

			@Override
			public Void visitIdentifier(IdentifierTree identifier, Void unused) {
				Element element = trees.getElement(getCurrentPath());
				PackageElement origin = compiler.getElements().getPackageOf(element);
				// the compiler adds the types of parameters of lambdas
				if (origin != null && !origin.isUnnamed() && !origin.getQualifiedName().contentEquals("java.lang")
						&& contains(block, identifier.getName().toString())) {
					if (element instanceof TypeElement type) {
						imports.add("import " + type.getQualifiedName() + ";");
					}
					else if (element.getKind() == ElementKind.METHOD
							&& element.getModifiers().contains(Modifier.STATIC)) {
						imports.add("import static " + element.getEnclosingElement() + "." + identifier + ";");
					}
				}
				return null;
			}

		}.scan(new TreePath(unit), null);
		return imports;
	}

	/**
	 * Return the imports of blocks that are parts of tests: those of these tests, and
	 * those of types in their packages.
	 */
	static Set<String> ofTested(List<String> blocks, List<String> tests) {
		Set<String> imports = new TreeSet<>();
		blocks.stream().flatMap(Packages::parts).forEach((part) -> {
			String test = testOf(part, tests).orElseThrow(() -> new AssertionError("Not in a test: " + part));
			String origin = Documents.find(test, "(?m)^package ([\\w.]+)").get(0);
			Stream<String> neighbours = Documents.find(part, "\\b([A-Z]\\w*)")
				.stream()
				.map((name) -> origin + "." + name)
				.filter((name) -> ClassUtils.isPresent(name, null))
				.map((name) -> "import " + name + ";");
			Stream<String> imported = Documents.find(test, "(?m)^(import .*)$").stream();
			Stream.concat(neighbours, imported)
				.filter((line) -> contains(part, simpleName(line)))
				.forEach(imports::add);
		});
		// types that the page itself declares
		imports.removeIf((line) -> contains(String.join("", blocks), "(class|interface) " + simpleName(line)));
		return imports;
	}

	static boolean isTested(String block, List<String> tests) {
		return parts(block).allMatch((part) -> testOf(part, tests).isPresent());
	}

	private static Stream<String> parts(String block) {
		return Stream.of(block.split(CLASS));
	}

	private static Optional<String> testOf(String part, List<String> tests) {
		return tests.stream().filter((source) -> normalize(source).contains(normalize(part))).findFirst();
	}

	private static String normalize(String code) {
		return code.replace("this.", "").replaceAll("\\s", "");
	}

	private static boolean contains(String code, String name) {
		return Pattern.compile("\\b" + name + "\\b").matcher(code).find();
	}

	private static String simpleName(String line) {
		return line.replaceFirst(".*\\.(\\w+);?", "$1");
	}

	private static int group(String line) {
		return line.startsWith("import java") ? 0
				: line.startsWith("import static") ? 3 : line.startsWith("import org.springframework") ? 2 : 1;
	}

}
