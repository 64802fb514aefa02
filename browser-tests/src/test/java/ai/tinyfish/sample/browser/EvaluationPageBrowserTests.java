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

package ai.tinyfish.sample.browser;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.evaluation.Evaluation;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewPageOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The HTML pages of evaluations with the simulator. With
 * {@code -Dtinyfish.docs.update=true} the picture in {@code docs/evaluations.md} is made
 * anew.
 */
@SpringBootTest(classes = EvaluationPageBrowserTests.Application.class, webEnvironment = WebEnvironment.NONE,
		properties = "tinyfish.budget.price-per-step=0.016")
@AutoConfigureTinyFishSimulator
class EvaluationPageBrowserTests {

	private static final Path PICTURE = Path.of("../docs/images/evaluation.png");

	@AutoClose
	private static Chromium chromium;

	@BeforeAll
	static void launch() {
		chromium = new Chromium();
	}

	@Nested
	class WordingTests {

		@Test
		void wording(@Autowired Shop shop, @Autowired TinyFishSimulator simulator) throws IOException {
			Scenario blocked = Scenario.failed("SITE_BLOCKED", "Access denied");
			simulator.given("List", blocked, scenarios(8, blocked, 5));
			simulator.given("Sort", books(2, 14), scenarios(2, books(2, 14), 7));
			Evaluation.of("A", () -> shop.cheapest(3))
				.against("B", () -> shop.sorted(3))
				.check((books) -> assertThat(books).hasSize(3))
				.repetitions(30)
				.concurrency(10)
				.run();
			for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
				try (Page page = open("WordingTests.wording", scheme)) {
					assertThat(page.locator(".result").textContent())
						.isEqualTo("Result: no difference shown. To show one of this size, each needs about 72 calls"
								+ " (an estimate)");
					assertThat(page.locator("body").innerText()).contains("70 % (52 % to 83 %)", "90 % (74 % to 97 %)",
							"+20 points (-3 points to +41 points)", "Mean steps", "Mean cost", "Mean seconds",
							"Access denied, 9 times (runs ", "Expected size: 3 but was: 2", ", simulated. 60 runs");
					// each interval is a bar that contains its value
					assertThat((boolean) page.evaluate(
							"""
									[...document.querySelectorAll('.scale')].every((scale) => {
										const [bar, value] = ['i', 'b'].map((name) => scale.querySelector(name).getBoundingClientRect());
										return bar.width > 1 && bar.left <= value.right && value.left <= bar.right;
									})"""))
						.isTrue();
					assertThat(page.locator(".scale").count()).isEqualTo(9);
					if (scheme == ColorScheme.LIGHT) {
						picture(page);
					}
				}
			}
		}

	}

	@Test
	void textsOfRunsAndCasesAreNeverMarkup(@Autowired Shop shop, @Autowired TinyFishSimulator simulator)
			throws IOException {
		String markup = "</script><img src=x onerror=\"document.title = 'markup'\"><script>document.title = 'script'</script>";
		simulator.given("List", Scenario.failed("SITE_BLOCKED", markup));
		Evaluation.of("A " + markup, () -> shop)
			.against("B", () -> shop)
			.cases(List.of(markup, "{content}", "$1 & \\"), (list, name) -> list.named(name))
			.repetitions(4)
			.score((books) -> 0.5)
			.run();
		try (Page page = open("EvaluationPageBrowserTests.texts", ColorScheme.LIGHT)) {
			assertThat(page.title()).startsWith("EvaluationPageBrowserTests.texts");
			assertThat(page.locator("img").count()).isZero();
			assertThat(page.locator("th").allTextContents()).contains("A " + markup, markup, "{content}", "$1 & \\");
			assertThat(page.locator("td.bad").allTextContents()).anyMatch((text) -> text.contains(markup));
		}
	}

	@Test
	void differenceWithoutKnownOutcomesIsNotANumber(@Autowired TinyFishClient client) throws IOException {
		AgentRequest request = AgentRequest.of("https://shop.example/books", "List the books");
		// calls that do not wait
		Evaluation.of("A", () -> client.agent().queue(request))
			.against("B", () -> client.agent().queue(request))
			.repetitions(2)
			.run();
		try (Page page = open("EvaluationPageBrowserTests.differenceWithoutKnownOutcomes", ColorScheme.LIGHT)) {
			assertThat(page.locator("tr:has(th:text-is('B - A')) td").allTextContents()).containsExactly("", "no data");
			assertThat(page.locator(".result").textContent()).contains("no difference shown: too few calls");
		}
	}

	/**
	 * Open the latest page of an evaluation, which needs nothing from elsewhere.
	 */
	private static Page open(String evaluation, ColorScheme scheme) throws IOException {
		Path file;
		try (Stream<Path> files = Files.list(Path.of("target/tinyfish/evaluations"))) {
			file = files.filter((each) -> each.getFileName().toString().startsWith(evaluation))
				.filter((each) -> each.toString().endsWith(".html"))
				.max(Comparator.naturalOrder())
				.orElseThrow();
		}
		String url = file.toUri().toString();
		List<String> problems = new ArrayList<>();
		Page page = chromium.browser().newPage(new NewPageOptions().setViewportSize(1000, 800).setColorScheme(scheme));
		page.onPageError(problems::add);
		page.onConsoleMessage((message) -> problems.add(message.text()));
		page.onRequest((request) -> {
			if (!request.url().equals(url)) {
				problems.add(request.url());
			}
		});
		page.navigate(url);
		assertThat(problems).isEmpty();
		assertThat(new AxeBuilder(page).analyze().getViolations())
			.filteredOn((rule) -> List.of("serious", "critical").contains(rule.getImpact()))
			.isEmpty();
		return page;
	}

	private static void picture(Page page) throws IOException {
		BufferedImage shot = ImageIO
			.read(new ByteArrayInputStream(page.screenshot(new ScreenshotOptions().setFullPage(true))));
		if (Boolean.getBoolean("tinyfish.docs.update")) {
			Files.write(PICTURE, PicturePageBrowserTests.png(shot));
		}
		assertThat(Files.size(PICTURE)).isLessThan(50_000);
		BufferedImage picture = ImageIO.read(PICTURE.toFile());
		assertThat(picture.getWidth()).isEqualTo(shot.getWidth());
		assertThat(picture.getHeight()).isBetween(shot.getHeight() - 100, shot.getHeight() + 100);
	}

	private static Scenario[] scenarios(int misses, Scenario miss, int steps) {
		return IntStream.range(0, 29)
			.mapToObj((call) -> (call < misses) ? miss : books(3, steps + call % 7))
			.toArray(Scenario[]::new);
	}

	private static Scenario books(int number, int steps) {
		return Scenario.builder()
			.pace(Duration.ofMillis(50))
			.steps(IntStream.range(0, steps).mapToObj((step) -> "Step " + step).toList())
			.result(IntStream.range(0, number).mapToObj((book) -> Map.of("title", "Tea", "price", book)).toList())
			.build();
	}

	@WebAgent(url = "https://shop.example/books")
	interface Shop {

		@Goal("List the {count} cheapest books")
		List<Book> cheapest(int count);

		@Goal("Sort the books by price, and list the first {count}")
		List<Book> sorted(int count);

		@Goal("List the books named {name}")
		List<Book> named(String name);

		record Book(String title, BigDecimal price) {

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@ImportWebAgents(Shop.class)
	static class Application {

	}

}
