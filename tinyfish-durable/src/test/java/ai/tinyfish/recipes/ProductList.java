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

package ai.tinyfish.recipes;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.run.GoalOutcome;

import org.springframework.stereotype.Service;

@Service
class ProductList {

	/**
	 * The place before text that a spreadsheet may take for a formula. In some countries,
	 * another cell begins after a semicolon.
	 */
	private static final Pattern FORMULA = Pattern
		.compile("(?:^|(?<=[;\t\r\n]))(?=[\"\\p{Z}\\p{Cc}\\p{Cf}&&[^\t\r\n]]*+[=+\\-@\uff1d\uff0b\uff0d\uff20])");

	private final DurableRuns runs;

	ProductList(DurableRuns runs) {
		this.runs = runs;
	}

	void submit(String job, List<String> urls) {
		List<DurableSubmission> submissions = new ArrayList<>();
		for (String url : urls) {
			AgentRequest request = AgentRequest.of(url, "Read the name and the price of the product");
			submissions.add(DurableSubmission.of(request.withOutputType(Product.class).withTag(job))
				.withKey(job + "/" + submissions.size()));
		}
		this.runs.submitAll(submissions);
	}

	/**
	 * Write the results so far, and return the number of runs that have not ended.
	 */
	int write(String job, Writer csv) throws IOException {
		int open = 0;
		csv.write(row("url", "name", "price", "problem"));
		String cursor = null;
		do {
			DurableRunPage page = this.runs.list(DurableRunQuery.builder().tag(job).cursor(cursor).build());
			cursor = page.nextCursor();
			for (DurableRun run : page.data()) {
				open += (run.endedAt() == null) ? 1 : 0;
				csv.write(row(run));
			}
		}
		while (cursor != null);
		return open;
	}

	private static String row(DurableRun run) {
		if (run.verdict() == GoalOutcome.ACHIEVED) {
			Product product = run.run().typed(Product.class).value();
			return row(run.url(), product.name(), product.price().toPlainString(), "");
		}
		return row(run.url(), "", "", problem(run));
	}

	private static String problem(DurableRun run) {
		if (run.run() != null && run.run().error() != null) {
			return run.run().error().message();
		}
		Object state = (run.verdict() != null) ? run.verdict() : run.state();
		return (run.error() != null) ? run.error() : state.toString();
	}

	private static String row(String... cells) {
		return Stream.of(cells).map(ProductList::cell).collect(Collectors.joining(",", "", "\r\n"));
	}

	/**
	 * Quote a cell, so that a spreadsheet does not read it as a formula.
	 */
	private static String cell(String text) {
		return '"' + FORMULA.matcher(text).replaceAll("'").replace("\"", "\"\"") + '"';
	}

	record Product(String name, BigDecimal price) {
	}

}
