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

package ai.tinyfish.durable.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.durable.processes.Processes.InstanceProcess;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.annotation.EnableBatchProcessing;
import org.springframework.batch.core.configuration.annotation.EnableJdbcJobRepository;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The Spring Batch job of the recipes is killed in the middle and restarted: each URL is
 * submitted once.
 */
@Tag("processes")
class KilledPriceJobTests {

	private static final int URLS = 2000;

	private static final int SUBMITTED = 700;

	@RegisterExtension
	final Processes processes = new Processes();

	@TempDir
	private Path folder;

	@ParameterizedTest
	@EnumSource(DatabaseKind.class)
	void killedJobGoesOnAndSubmitsEachUrlOnce(DatabaseKind kind) throws Exception {
		try (TinyFishSimulator service = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.maxRuns(2 * URLS)
			.given((request) -> Scenario.completed(Map.of("amount", 9.99)))
			.start(); SharedDatabase database = new SharedDatabase(kind)) {
			database.jdbc()
				.sql("create table price (job varchar(50), url varchar(1000), amount decimal(10, 2),"
						+ " problem varchar(100), primary key (job, url))")
				.update();
			String urls = urls();
			InstanceProcess victim = this.processes.start("job-" + kind, PriceJobMain.class,
					arguments(urls, properties(kind, database, service)));
			await().atMost(SharedDatabase.SOON)
				.pollInterval(Duration.ofMillis(1))
				// the process creates the table
				.ignoreExceptions()
				.until(() -> database.count("tinyfish_run") >= SUBMITTED);
			victim.kill();
			long before = database.count("tinyfish_run");
			assertThat(before).isBetween((long) SUBMITTED, URLS - 1L);
			List<String> properties = properties(kind, database, service);
			JobExecution restarted = restart(properties, urls);
			if (restarted.getStatus() == BatchStatus.FAILED) {
				// a request was claimed when the process was killed, which had no service
				assertThat(restarted.getAllFailureExceptions()).singleElement()
					.satisfies((failure) -> assertThat(failure).hasMessageContaining(" is UNCERTAIN. Decide "));
				properties.add("decided-by=anna");
				restarted = restart(properties, urls);
			}
			assertThat(restarted.getAllFailureExceptions()).isEmpty();
			assertThat(restarted.getStatus()).isEqualTo(BatchStatus.COMPLETED);
			assertThat(database.count("tinyfish_run")).isEqualTo(URLS);
			assertThat(database.count("tinyfish_run where state = 'DONE'")).isEqualTo(URLS);
			assertThat(database.count("price where amount = 9.99")).isEqualTo(URLS);
			assertThat(service.journal().runsCreated()).isEqualTo(URLS);
		}
	}

	/**
	 * Start an application, which recovers the execution, and its job.
	 */
	private static JobExecution restart(List<String> properties, String urls) throws Exception {
		try (Instance instance = Instance.start(properties, List.of(JobConfiguration.class))) {
			return instance.bean(JobOperator.class).start(instance.bean(Job.class), parameters(urls));
		}
	}

	private String urls() throws IOException {
		Path urls = this.folder.resolve("urls.txt");
		Files.write(urls, IntStream.range(0, URLS).mapToObj((number) -> InstanceMain.URL + number).toList());
		return urls.toUri().toString();
	}

	/**
	 * The process that is killed has no service, so that a request is sent by the other
	 * one alone.
	 */
	private static List<String> arguments(String urls, List<String> properties) {
		List<String> arguments = new ArrayList<>(List.of(urls));
		arguments.addAll(properties);
		arguments.add("tinyfish.base-url=http://127.0.0.1:1");
		return arguments;
	}

	private static List<String> properties(DatabaseKind kind, SharedDatabase database, TinyFishSimulator service) {
		return Instance.properties(database.properties(), service, "tinyfish.durable.send-timeout=1s",
				"spring.sql.init.mode=always", "spring.sql.init.continue-on-error=true",
				"spring.sql.init.schema-locations=classpath:org/springframework/batch/core/schema-"
						+ kind.name().toLowerCase(Locale.ROOT) + ".sql");
	}

	static JobParameters parameters(String urls) {
		return new JobParametersBuilder().addString("urls", urls).toJobParameters();
	}

	/**
	 * The job of the recipes.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableBatchProcessing
	@EnableJdbcJobRepository
	@ComponentScan(basePackages = "ai.tinyfish.recipes", useDefaultFilters = false,
			includeFilters = @Filter(type = FilterType.REGEX, pattern = ".*\\.PriceJob"))
	static class JobConfiguration {

	}

	/**
	 * Starts the job in a process of its own.
	 */
	static final class PriceJobMain {

		private PriceJobMain() {
		}

		/**
		 * Start the job.
		 * @param args the location of the URLs, and the properties
		 */
		public static void main(String[] args) throws Exception {
			Instance instance = Instance.start(List.of(args).subList(1, args.length), List.of(JobConfiguration.class));
			instance.bean(JobOperator.class).start(instance.bean(Job.class), parameters(args[0]));
		}

	}

}
