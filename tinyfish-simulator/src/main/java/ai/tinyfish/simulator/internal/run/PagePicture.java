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

package ai.tinyfish.simulator.internal.run;

import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.Resources;

/**
 * Pictures of pages as agents meet them. Their sources are pages of the browser tests,
 * which make them anew.
 */
public enum PagePicture {

	/** The shop. */
	SHOP,

	/** A product of the shop. */
	PRODUCT,

	/** A search of the shop without results. */
	NOTHING,

	/** A captcha in front of a site. */
	CAPTCHA,

	/** A site that blocks the visit. */
	BLOCKED,

	/** A news site. */
	NEWS,

	/** A site with jobs. */
	JOBS;

	private static final Pattern OF_CAPTCHA = Pattern.compile("(?i)captcha");

	private static final Pattern OF_BLOCK = Pattern.compile("(?i)block|denied");

	private static final Pattern OF_NEWS = Pattern.compile("(?i)\\b(news|headlines?)\\b");

	private static final Pattern OF_JOBS = Pattern.compile("(?i)\\b(jobs?|careers?|vacanc(y|ies))\\b");

	private final byte[] png = Resources.bytes(PagePicture.class, name().toLowerCase(Locale.ROOT) + ".png");

	/**
	 * Return the picture that fits a step: an obstacle if the run meets one, else a page
	 * of the kind that the goal or the address names.
	 * @param script the script of the run
	 * @param submission the request
	 * @param number the number of the step, from 1
	 */
	static PagePicture of(RunScript script, Submission submission, int number) {
		String problem = problem(script.outcome());
		if (OF_CAPTCHA.matcher(problem).find()) {
			return CAPTCHA;
		}
		if (OF_BLOCK.matcher(problem).find()) {
			return BLOCKED;
		}
		String about = submission.goal() + " " + submission.url();
		if (OF_NEWS.matcher(about).find()) {
			return NEWS;
		}
		if (OF_JOBS.matcher(about).find()) {
			return JOBS;
		}
		if (!problem.isEmpty()) {
			return NOTHING;
		}
		return (number > 1 && number > (script.steps().size() + 1) / 2) ? PRODUCT : SHOP;
	}

	/**
	 * Return the reason why the goal is not met, or the empty string.
	 */
	private static String problem(RunScript.PlannedOutcome outcome) {
		RunFailure failure = outcome.failure();
		String result = outcome.resultJson();
		if (failure != null) {
			return failure.code() + " " + failure.message();
		}
		return (result != null && result.contains("\"status\":\"failure\"")) ? result : "";
	}

	/**
	 * Return the picture, 640 pixels wide and 400 high.
	 * @return the PNG
	 */
	public byte[] png() {
		return this.png;
	}

	/**
	 * Return the picture as the address of an image.
	 * @return the {@code data:} URI
	 */
	public String dataUri() {
		return "data:image/png;base64," + Base64.getEncoder().encodeToString(this.png);
	}

}
