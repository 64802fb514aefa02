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

package ai.tinyfish.internal.area;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Runs that are read page by page, read with more than usual, and cancelled together.
 */
@BothClients(always = true)
class RunPagesTests {

	@Parameter
	ClientKind kind;

	private final AtomicInteger calls = new AtomicInteger();

	@Test
	void allPagesAreReadWithTheSameConditions() {
		try (ScriptedServer server = pages(4, (page) -> "c=" + page);
				TinyFishClient client = client(server);
				Stream<Run> runs = client.runs()
					.stream(RunQuery.builder().status(RunStatus.COMPLETED).goal("read me").limit(3).build())) {
			assertThat(runs.map(Run::runId)).hasSize(12).doesNotHaveDuplicates();
			assertThat(server.requests()).hasSize(4)
				.allSatisfy((request) -> assertThat(request).contains("status=COMPLETED", "goal=read%20me", "limit=3"));
			assertThat(server.requests().get(0)).doesNotContain("cursor");
			assertThat(server.requests().get(3)).contains("cursor=c%3D3");
		}
	}

	@Test
	void aPageIsAskedForWhenItIsNeeded() {
		try (ScriptedServer server = pages(1000, (page) -> "c" + page); TinyFishClient client = client(server)) {
			try (Stream<Run> runs = client.runs().stream(RunQuery.all())) {
				assertThat(server.requests()).isEmpty();
				// of two pages of three, one more of which may be on its way
				assertThat(runs.limit(4)).hasSize(4);
			}
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void manyPagesAreWalked() {
		try (ScriptedServer server = pages(300, (page) -> "c" + page);
				TinyFishClient client = client(server);
				Stream<Run> runs = client.runs().stream(RunQuery.all())) {
			assertThat(runs.count()).isEqualTo(900);
		}
	}

	@Test
	void aCursorThatComesAgainEndsTheWalk() {
		for (List<String> cursors : List.of(List.of("a", "a"), List.of("a", "b", "a"))) {
			List<String> ids = new ArrayList<>();
			this.calls.set(0);
			try (ScriptedServer server = pages(1000, (page) -> cursors.get((page - 1) % cursors.size()));
					TinyFishClient client = client(server);
					Stream<Run> runs = client.runs().stream(RunQuery.all())) {
				assertThatExceptionOfType(TinyFishConnectionException.class)
					.isThrownBy(() -> runs.forEach((run) -> ids.add(run.runId())))
					.withMessageContaining("second time");
				assertThat(this.calls).hasValue(cursors.size());
				// those of the last page among them
				assertThat(ids).hasSize(3 * cursors.size()).doesNotHaveDuplicates();
			}
		}
	}

	@Test
	void pagesWithoutRunsAreNotAskedForForEver() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"data\":[],\"pagination\":{\"has_more\":true,\"next_cursor\":\"c" + this.calls.incrementAndGet()
						+ "\"}}"));
				TinyFishClient client = client(server);
				Stream<Run> runs = client.runs().stream(RunQuery.all())) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(runs::findFirst)
				.withMessageContaining("100 pages without a run")
				.matches((ex) -> !ex.mayHaveStartedRun());
			assertThat(this.calls).hasValue(100);
		}
	}

	@Test
	void theCursorThatTheWalkBeganWithEndsItToo() {
		try (ScriptedServer server = pages(1000, (page) -> "begin");
				TinyFishClient client = client(server);
				Stream<Run> runs = client.runs().stream(RunQuery.builder().cursor("begin").build())) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(runs::count)
				.withMessageContaining("second time");
			assertThat(this.calls).hasValue(1);
		}
	}

	/**
	 * It would pass for the last page, and a walk over the pages would never see the runs
	 * after it.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "null", "[]", "\"x\"", "17", "[{\"has_more\":false}]", "{}", "{\"total\":3}",
			"{\"next_cursor\":null}", "{\"next_cursor\":\"c\"}", "{\"next_cursor\":\"c\",\"has_more\":null}",
			"{\"next_cursor\":\"c\",\"has_more\":{}}", "{\"next_cursor\":\"c\",\"has_more\":\"maybe\"}" })
	void aPageThatDoesNotSayWhatFollowsCannotBeUsed(String pagination) {
		try (ScriptedServer server = pageOf("\"pagination\":" + pagination); TinyFishClient client = client(server)) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.runs().list())
				.withMessageContaining("its pagination")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(200));
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> walk(client));
			assertThat(server.requests()).hasSize(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"has_more\":true}", "{\"next_cursor\":null,\"has_more\":true}",
			"{\"next_cursor\":\" \",\"has_more\":true}", "{\"next_cursor\":{\"c\":1},\"has_more\":true}" })
	void aPageThatAnnouncesAnotherWithoutItsCursorKeepsItsRuns(String pagination) {
		List<String> ids = new ArrayList<>();
		try (ScriptedServer server = pageOf("\"pagination\":" + pagination);
				TinyFishClient client = client(server);
				Stream<Run> runs = client.runs().stream(RunQuery.all())) {
			RunPage page = client.runs().list();
			assertThat(page.data()).extracting(Run::runId).containsExactly("run-1");
			assertThat(page.pagination().hasMore()).isTrue();
			assertThat(page.pagination().nextCursor()).isNull();
			assertThatExceptionOfType(TinyFishConnectionException.class)
				.isThrownBy(() -> runs.forEach((run) -> ids.add(run.runId())))
				.withMessageContaining("without a cursor");
			assertThat(ids).containsExactly("run-1");
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void anEmptyPageThatAnnouncesAnotherWithoutItsCursorEndsTheWalk() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"data\":[],\"pagination\":{\"has_more\":true}}")); TinyFishClient client = client(server)) {
			assertThatExceptionOfType(TinyFishConnectionException.class).isThrownBy(() -> walk(client));
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void aPageWithoutPaginationCannotBeUsed() {
		try (ScriptedServer server = pageOf("\"total\":1"); TinyFishClient client = client(server)) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.runs().list());
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> walk(client));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"has_more\":false}", "{\"total\":{},\"next_cursor\":[],\"has_more\":false}",
			"{\"next_cursor\":\"c\",\"has_more\":false}", "{\"has_more\":\"false\",\"new\":1}" })
	void theLastPageMayLackTheCursor(String pagination) {
		try (ScriptedServer server = pageOf("\"pagination\":" + pagination); TinyFishClient client = client(server)) {
			assertThat(client.runs().list().pagination().hasMore()).isFalse();
			assertThat(walk(client)).isEqualTo(1);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void anAnswerWithoutAPageEndsTheWalkAfterThePagesBefore() {
		List<String> ids = new ArrayList<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (this.calls.incrementAndGet() > 1) {
				exchange.answer(500, "text/html", "<html>");
				return;
			}
			exchange.answer(200, "application/json", page(1, "next"));
		}); TinyFishClient client = client(server); Stream<Run> runs = client.runs().stream(RunQuery.all())) {
			assertThatExceptionOfType(TinyFishServerException.class)
				.isThrownBy(() -> runs.forEach((run) -> ids.add(run.runId())));
			assertThat(ids).hasSize(3);
		}
	}

	@Test
	void screenshotsComeWhereTheyAreAskedFor() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"video_url\":\"https://video.example/1\",\"steps\":"
						+ "[{\"id\":\"s1\",\"status\":\"COMPLETED\",\"screenshot_url\":\"https://shots.example/1\"}]}"));
				TinyFishClient client = client(server)) {
			Run run = client.runs().get("run-1", ScreenshotMode.URL);
			assertThat(run.steps().get(0).screenshotUrl()).isEqualTo("https://shots.example/1");
			assertThat(run.videoUrl()).isEqualTo("https://video.example/1");
			client.runs().get("run-1", ScreenshotMode.BASE64);
			client.runs().get("run-1", ScreenshotMode.of("png"));
			client.runs().get("run-1");
			assertThat(server.requests()).extracting((request) -> request.split(" ", 3)[1])
				.containsExactly("/v1/runs/run-1?screenshots=url", "/v1/runs/run-1?screenshots=base64",
						"/v1/runs/run-1?screenshots=png", "/v1/runs/run-1");
			assertThatIllegalArgumentException().isThrownBy(() -> ScreenshotMode.of(" "));
		}
	}

	@Test
	void runsAreCancelledAHundredAtOnce() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			this.calls.incrementAndGet();
			String body = exchange.request().substring(exchange.request().indexOf("\r\n\r\n"));
			List<String> ids = Stream.of(body.split("\"")).filter((text) -> text.startsWith("run-")).toList();
			String results = ids.stream()
				.filter((id) -> !id.equals("run-7"))
				.map((id) -> "{\"run_id\":\"" + id + "\",\"status\":\"CANCELLED\"}")
				.collect(Collectors.joining(","));
			exchange.answer(200, "application/json", "{\"results\":[" + results + "],\"not_found\":"
					+ (ids.contains("run-7") ? "[\"run-7\"]" : "null") + "}");
		}); TinyFishClient client = client(server)) {
			CancelledRuns cancelled = client.runs()
				.cancelAll(IntStream.range(0, 150).mapToObj((i) -> "run-" + i).toList());
			assertThat(cancelled.results()).hasSize(149)
				.allSatisfy((run) -> assertThat(run.status()).isEqualTo(RunStatus.CANCELLED));
			assertThat(cancelled.notFound()).containsExactly("run-7");
			assertThat(this.calls).hasValue(2);
			assertThat(client.runs().cancelAll(List.of()).results()).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> client.runs().cancelAll(List.of("a/b")));
			assertThat(this.calls).hasValue(2);
		}
	}

	private static long walk(TinyFishClient client) {
		try (Stream<Run> runs = client.runs().stream(RunQuery.all())) {
			return runs.map(Run::runId).toList().size();
		}
	}

	private static ScriptedServer pageOf(String rest) {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"data\":[" + Samples.RUN + "]," + rest + "}"));
	}

	/**
	 * Pages of three runs, each of which names the next by a cursor.
	 */
	private ScriptedServer pages(int count, java.util.function.IntFunction<String> cursors) {
		return new ScriptedServer((exchange) -> {
			int page = this.calls.incrementAndGet();
			exchange.answer(200, "application/json", page(page, (page < count) ? cursors.apply(page) : null));
		});
	}

	private static String page(int page, String next) {
		String data = IntStream.range(0, 3)
			.mapToObj((i) -> "{\"run_id\":\"run-" + page + "-" + i + "\",\"status\":\"COMPLETED\"}")
			.collect(Collectors.joining(","));
		return "{\"data\":[" + data + "],\"pagination\":{\"has_more\":" + (next != null) + ",\"next_cursor\":"
				+ ((next != null) ? "\"" + next + "\"" : "null") + "}}";
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).build();
	}

}
