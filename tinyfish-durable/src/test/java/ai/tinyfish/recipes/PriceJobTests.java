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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
import org.springframework.batch.core.launch.JobExecutionAlreadyRunningException;
import org.springframework.batch.core.launch.JobOperator;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The job of the recipes, with the tables of Spring Batch and that of its page.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "tinyfish.durable.interval=100ms",
				"spring.sql.init.schema-locations=classpath:org/springframework/batch/core/schema-h2.sql" })
@AutoConfigureTinyFishSimulator
@Sql(statements = PriceJobTests.TABLE, executionPhase = ExecutionPhase.BEFORE_TEST_CLASS)
class PriceJobTests {

	static final String TABLE = """
			create table if not exists price (
			    job varchar(50),
			    url varchar(1000),
			    amount decimal(10, 2),
			    problem varchar(100),
			    primary key (job, url)
			);
			""";

	private static final int URLS = 450;

	/** A URL that an interceptor refuses while this is set, as if the job were killed. */
	private static final AtomicBoolean killed = new AtomicBoolean();

	@TempDir
	private Path folder;

	@Autowired
	private JobOperator jobs;

	@Autowired
	private Job prices;

	@Autowired
	private ApplicationRunner recovery;

	@Autowired
	private DurableRuns runs;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private TinyFishSimulator simulator;

	@BeforeEach
	void answer() {
		this.simulator.given((request) -> Scenario.completed(Map.of("amount", 9.99)));
	}

	@AfterEach
	void clear() {
		killed.set(false);
		System.clearProperty("decided-by");
		for (String table : List.of("price", "tinyfish_run", "tinyfish_pause")) {
			this.jdbc.sql("delete from " + table).update();
		}
	}

	@Test
	void jobThatFailedInTheMiddleGoesOnAndSubmitsEachUrlOnce() throws Exception {
		this.simulator
			.given((request) -> request.url().endsWith("/17") ? Scenario.failed("SITE_BLOCKED", "denied") : null);
		JobParameters parameters = parameters();
		killed.set(true);
		JobExecution first = this.jobs.start(this.prices, parameters);
		assertThat(first.getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(stored(first)).hasSize(200);
		killed.set(false);
		JobExecution second = this.jobs.start(this.prices, parameters);
		assertThat(second.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(second.getJobInstanceId()).isEqualTo(first.getJobInstanceId());
		List<DurableRun> stored = stored(second);
		assertThat(stored).hasSize(URLS).extracting(DurableRun::key).doesNotHaveDuplicates();
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(URLS);
		assertThat(rows("amount = 9.99 and problem is null")).isEqualTo(URLS - 1);
		assertThat(rows("url like '%/17' and amount is null and problem = 'MISSED'")).isOne();
	}

	@Test
	@Tag("slow")
	void executionThatAKillLeftStartedIsRecoveredWhenTheApplicationStarts() throws Exception {
		JobParameters parameters = parameters();
		killed.set(true);
		JobExecution first = this.jobs.start(this.prices, parameters);
		killed.set(false);
		this.jdbc
			.sql("update BATCH_JOB_EXECUTION set STATUS = 'STARTED', EXIT_CODE = 'UNKNOWN', END_TIME = null"
					+ " where JOB_EXECUTION_ID = ?")
			.param(first.getId())
			.update();
		this.jdbc
			.sql("update BATCH_STEP_EXECUTION set STATUS = 'STARTED', EXIT_CODE = 'EXECUTING', END_TIME = null"
					+ " where JOB_EXECUTION_ID = ?")
			.param(first.getId())
			.update();
		assertThatExceptionOfType(JobExecutionAlreadyRunningException.class)
			.isThrownBy(() -> this.jobs.start(this.prices, parameters));
		this.recovery.run(new DefaultApplicationArguments());
		assertThat(this.jobs.start(this.prices, parameters).getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(rows("amount = 9.99")).isEqualTo(URLS);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(URLS);
	}

	@Test
	void blankLinesAreSkippedAndARepeatedUrlIsSubmittedOnce() throws Exception {
		JobParameters parameters = parameters("https://shop.example/1", "", "https://shop.example/2 ",
				"https://shop.example/1", "  ");
		assertThat(this.jobs.start(this.prices, parameters).getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(rows("url in ('https://shop.example/1', 'https://shop.example/2')")).isEqualTo(2);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
	}

	@ParameterizedTest
	@Tag("slow")
	@EnumSource(names = { "HELD", "LOST" })
	void runThatIsNotFinalAnyMoreStopsTheJobUntilItIsDecided(DurableRunState state) throws Exception {
		JobParameters parameters = parameters();
		JobExecution first = startAndFailToCollect(parameters);
		String waits = stored(first).get(0).id();
		this.jdbc.sql("update tinyfish_run set state = ?, verdict = null where id = ?")
			.params(state.name(), waits)
			.update();
		JobExecution second = this.jobs.start(this.prices, parameters);
		assertThat(second.getStatus()).isEqualTo(BatchStatus.FAILED);
		assertThat(second.getAllFailureExceptions()).singleElement()
			.satisfies((failure) -> assertThat(failure)
				.hasMessage("Run " + waits + " is " + state + ". Decide about the runs with the tag prices-"
						+ second.getJobInstanceId() + ", and restart the job"));
		assertThat(rows("1 = 1")).isZero();
		if (state == DurableRunState.HELD) {
			this.runs.decidedBy("anna").refuse(waits, "no");
		}
		else {
			this.runs.decidedBy("anna").abandon(waits);
		}
		assertThat(this.jobs.start(this.prices, parameters).getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(rows("problem in ('REFUSED', 'ABANDONED')")).isOne();
		assertThat(rows("amount is not null")).isEqualTo(URLS - 1);
	}

	@Test
	void jobOfTheNextNightDecidesAboutItsOwnRuns() throws Exception {
		assertThat(this.jobs.start(this.prices, parameters("https://shop.example/ONE", "https://shop.example/2"))
			.getStatus()).isEqualTo(BatchStatus.COMPLETED);
		String other = this.runs.submit(AgentRequest.of("https://shop.example/3", "Buy tea").withTag("other")).id();
		await().until(() -> this.runs.find(other).state() == DurableRunState.DONE);
		JobParameters parameters = new JobParametersBuilder(
				parameters("https://shop.example/one", "https://shop.example/2"))
			.addString("night", "2")
			.toJobParameters();
		JobExecution night = startAndFailToCollect(parameters);
		DurableRun started = stored(night).get(0);
		DurableRun unsent = stored(night).get(1);
		for (String id : List.of(other, started.id(), unsent.id())) {
			this.jdbc
				.sql("update tinyfish_run set state = 'UNCERTAIN', run_id = null, status = null, result = null,"
						+ " verdict = null, ended_at = null where id = ?")
				.param(id)
				.update();
		}
		// the runs that the service lists are of an earlier night
		this.jdbc
			.sql("update tinyfish_run set accepted_at = accepted_at + interval '1' day,"
					+ " sending_at = sending_at + interval '1' day, changed_at = changed_at + interval '1' day"
					+ " where id = ?")
			.param(unsent.id())
			.update();
		assertThat(this.jobs.start(this.prices, parameters).getAllFailureExceptions()).singleElement()
			.satisfies((failure) -> assertThat(failure).hasMessageContaining(" is UNCERTAIN. Decide "));
		System.setProperty("decided-by", "anna");
		assertThat(this.jobs.start(this.prices, parameters).getStatus()).isEqualTo(BatchStatus.COMPLETED);
		assertThat(this.runs.find(started.id())).satisfies((run) -> {
			assertThat(run.runId()).isEqualTo(started.runId());
			assertThat(run.decidedBy()).isEqualTo("anna");
		});
		assertThat(this.runs.find(unsent.id()).runId()).isNotEqualTo(unsent.runId());
		assertThat(this.runs.find(other).state()).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(rows("amount = 9.99")).isEqualTo(4);
		assertThat(this.simulator.journal().runsCreated()).isEqualTo(6);
	}

	private JobExecution startAndFailToCollect(JobParameters parameters) throws Exception {
		this.jdbc.sql("alter table price rename to hidden").update();
		try {
			JobExecution failed = this.jobs.start(this.prices, parameters);
			assertThat(failed.getStatus()).isEqualTo(BatchStatus.FAILED);
			return failed;
		}
		finally {
			this.jdbc.sql("alter table hidden rename to price").update();
		}
	}

	private List<DurableRun> stored(JobExecution job) {
		return this.runs.list(DurableRunQuery.builder().tag("prices-" + job.getJobInstanceId()).limit(1000).build())
			.data();
	}

	private long rows(String condition) {
		return this.jdbc.sql("select count(*) from price where " + condition).query(Long.class).single();
	}

	private JobParameters parameters() throws IOException {
		return parameters(
				IntStream.range(0, URLS).mapToObj((number) -> "https://shop.example/" + number).toArray(String[]::new));
	}

	private JobParameters parameters(String... lines) throws IOException {
		Path urls = this.folder.resolve("urls.txt");
		Files.write(urls, List.of(lines));
		return new JobParametersBuilder().addString("urls", urls.toUri().toString()).toJobParameters();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	@EnableBatchProcessing
	@EnableJdbcJobRepository
	@Import(PriceJob.class)
	static class Application {

		@Bean
		TinyFishRunInterceptor failingInTheMiddle() {
			return (submission) -> {
				if (killed.get() && submission.request().url().endsWith("/250")) {
					throw new IllegalStateException("killed on purpose");
				}
				return submission.request();
			};
		}

	}

}
