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

package ai.tinyfish.sample.page;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Requests to the page.
 */
abstract class PageHttp {

	static final Duration SOON = Duration.ofSeconds(60);

	final HttpClient http = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	String cards() throws Exception {
		try (Stream<String> lines = events()) {
			return String.join("\n", lines.takeWhile((line) -> !line.isEmpty()).toList());
		}
	}

	Stream<String> events() throws Exception {
		return this.http
			.send(HttpRequest.newBuilder(uri("/board/events")).timeout(SOON).build(),
					HttpResponse.BodyHandlers.ofLines())
			.body();
	}

	/**
	 * Return the row of a run, or an empty text.
	 */
	String row(String goal) throws Exception {
		return Stream.of(cards().split("class=\"row\" ")).filter((row) -> row.contains(goal)).findFirst().orElse("");
	}

	/**
	 * Return the card of a run, or an empty text.
	 */
	String card(String goal) throws Exception {
		String row = row(goal);
		return row.isEmpty() ? "" : get("/board/cards/" + id(row)).body();
	}

	static String id(String row) {
		return row.replaceFirst("(?s).*?id=\"show-([^\"]+)\".*", "$1");
	}

	HttpResponse<String> get(String path) throws Exception {
		return this.http.send(HttpRequest.newBuilder(uri(path)).timeout(SOON).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	HttpResponse<String> post(String path, String form) throws Exception {
		return this.http.send(HttpRequest.newBuilder(uri(path))
			.timeout(SOON)
			.header("HX-Request", "true")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Return the number of runs whose cost is unknown, as the page says.
	 */
	int unknownRuns() throws Exception {
		Matcher unknown = Pattern.compile("The outcome or the number of steps of <b>(\\d+) runs?</b> is unknown")
			.matcher(get("/").body());
		return unknown.find() ? Integer.parseInt(unknown.group(1)) : 0;
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

	/**
	 * Send a form as a browser without scripts does.
	 */
	HttpResponse<String> submit(String path, String form) throws Exception {
		return this.http.send(HttpRequest.newBuilder(uri(path))
			.timeout(SOON)
			.header("Sec-Fetch-Site", "same-origin")
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}
