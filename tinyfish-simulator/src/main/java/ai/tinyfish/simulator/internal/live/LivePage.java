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

package ai.tinyfish.simulator.internal.live;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.api.Resources;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.run.PagePicture;
import ai.tinyfish.simulator.internal.run.RunFailure;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.shop.Shop;
import org.jspecify.annotations.Nullable;

/**
 * Page with the live view of a run, for one viewer. It only grows: its style lays a later
 * state over the one before.
 */
final class LivePage {

	static final String STYLE = Resources.text(LivePage.class, "live.css");

	private static final int MAX_TEXT = 500;

	/** User and password in an address, which no browser shows. */
	private static final Pattern USER = Pattern.compile("(?i)(?<=^https?://)[^/?#]*@");

	private static final String HEAD = """
			<!DOCTYPE html>
			<html lang="en">
			<head>
			<meta charset="utf-8">
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<title>Simulated browser</title>
			<link rel="icon" href="data:,">
			<style>%s</style>
			</head>
			<body>
			<main class="view">
			""".formatted(STYLE);

	private final PagePicture picture;

	private boolean begun;

	private @Nullable RunState shown;

	private boolean stepsOpen;

	private int steps;

	/**
	 * Create a page.
	 * @param picture the picture of the site, which is shown unless it is the shop
	 */
	LivePage(PagePicture picture) {
		this.picture = picture;
	}

	/**
	 * Return the HTML that the page still lacks.
	 * @param run the run, each time later than the time before
	 * @return the HTML, empty if the page is up to date
	 */
	String next(RunSnapshot run) {
		StringBuilder html = new StringBuilder();
		if (!this.begun) {
			begin(html, run);
			this.begun = true;
		}
		if (run.state() != this.shown && !run.state().ended()) {
			html.append(state(run.state()));
			this.shown = run.state();
		}
		if (run.startedAt() != null && !this.stepsOpen) {
			html.append("<div class=\"page\">\n").append(content()).append("\n</div>\n");
			html.append("<ol class=\"steps\">\n");
			this.stepsOpen = true;
		}
		List<RunSnapshot.Step> all = run.steps();
		for (; this.steps < all.size(); this.steps++) {
			html.append("<li>").append(text(all.get(this.steps).action())).append("</li>\n");
		}
		if (run.state().ended()) {
			html.append(this.stepsOpen ? "</ol>\n" : "")
				.append(element("p", "ending", ending(run)))
				.append(state(run.state()))
				.append("</main>\n</body>\n</html>\n");
		}
		return html.toString();
	}

	private String content() {
		return (this.picture == PagePicture.SHOP) ? Shop.bundled().content() : "<img alt=\"Picture: %s\" src=\"%s\">"
			.formatted(this.picture.name().toLowerCase(Locale.ROOT), this.picture.dataUri());
	}

	private static void begin(StringBuilder html, RunSnapshot run) {
		html.append(HEAD);
		html.append("<div class=\"bar\">")
			.append(element("div", "address", USER.matcher(run.submission().url()).replaceFirst("")))
			.append("</div>\n")
			.append(element("p", "note", "Simulated: no site is visited, the page is made up."))
			.append(element("p", "goal", "Goal: " + run.submission().goal()));
	}

	private static String ending(RunSnapshot run) {
		int steps = run.steps().size();
		String after = (run.startedAt() == null) ? " before it began"
				: " after " + steps + ((steps == 1) ? " step" : " steps");
		RunFailure failure = run.failure();
		return switch (run.state()) {
			case FAILED -> "The run failed" + after
					+ ((failure != null) ? ": " + failure.message() + " (" + failure.code() + ")" : "");
			case CANCELLED -> "The run was cancelled" + after;
			default -> "The run completed" + after;
		};
	}

	private static String state(RunState state) {
		String label = switch (state) {
			case PENDING -> "Queued";
			case RUNNING -> "Running";
			case COMPLETED -> "Completed";
			case FAILED -> "Failed";
			case CANCELLED -> "Cancelled";
		};
		return element("p", "state " + state.name().toLowerCase(Locale.ROOT), label);
	}

	private static String element(String name, String type, String content) {
		return "<" + name + " class=\"" + type + "\">" + text(content) + "</" + name + ">\n";
	}

	private static String text(String text) {
		return Html.escape((text.length() <= MAX_TEXT) ? text : text.substring(0, MAX_TEXT) + "\u2026");
	}

}
