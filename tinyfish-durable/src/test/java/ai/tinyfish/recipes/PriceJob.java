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

import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunPage;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunQuery;
import org.springframework.batch.core.configuration.annotation.StepScope;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.batch.infrastructure.item.file.FlatFileItemReader;
import org.springframework.batch.infrastructure.item.file.builder.FlatFileItemReaderBuilder;
import org.springframework.batch.infrastructure.item.file.mapping.PassThroughLineMapper;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.util.Assert;

@Configuration(proxyBeanMethods = false)
class PriceJob {

	private final DurableRuns runs;

	private final TinyFishClient tinyFish;

	private final JdbcClient jdbc;

	private final Environment environment;

	PriceJob(DurableRuns runs, TinyFishClient tinyFish, JdbcClient jdbc, Environment environment) {
		this.runs = runs;
		this.tinyFish = tinyFish;
		this.jdbc = jdbc;
		this.environment = environment;
	}

	@Bean
	Job prices(JobRepository jobs, PlatformTransactionManager transactions, FlatFileItemReader<String> urls,
			ItemWriter<String> submissions) {
		// a transaction would hold a connection
		TransactionAttribute none = new DefaultTransactionAttribute(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		Step decide = new StepBuilder("decide", jobs).tasklet((step, context) -> decide(tag(context)), transactions)
			.transactionAttribute(none)
			.allowStartIfComplete(true)
			.build();
		Step submit = new StepBuilder("submit", jobs).<String, String>chunk(100)
			.transactionManager(transactions)
			.reader(urls)
			.processor((url) -> url.isBlank() ? null : url.strip())
			.writer(submissions)
			.build();
		Step await = new StepBuilder("await", jobs).tasklet((step, context) -> await(tag(context)), transactions)
			.transactionAttribute(none)
			.allowStartIfComplete(true)
			.build();
		Step collect = new StepBuilder("collect", jobs).tasklet((step, context) -> collect(context), transactions)
			.build();
		return new JobBuilder("prices", jobs).start(decide).next(submit).next(await).next(collect).build();
	}

	/**
	 * After a kill, the execution is still STARTED. Recover it before Spring Boot starts
	 * the job.
	 */
	@Bean
	@Order(-1)
	static ApplicationRunner recovery(JobRepository repository, JobOperator jobs) {
		return (arguments) -> repository.findRunningJobExecutions("prices").forEach(jobs::recover);
	}

	@Bean
	@StepScope
	static FlatFileItemReader<String> urls(@Value("#{jobParameters['urls']}") Resource urls) {
		return new FlatFileItemReaderBuilder<String>().name("urls")
			.resource(urls)
			.lineMapper(new PassThroughLineMapper())
			.build();
	}

	@Bean
	@StepScope
	ItemWriter<String> submissions(@Value("#{stepExecution.jobExecution.jobInstance.id}") long job) {
		return (chunk) -> this.runs.submitAll(chunk.getItems()
			.stream()
			.map((url) -> DurableSubmission
				.of(AgentRequest.of(url, "Open " + url + " and find the price")
					.withOutputType(Price.class)
					.withTag("prices-" + job))
				.withKey("prices-" + job + "/" + url))
			.toList());
	}

	/**
	 * Decide about the runs of earlier executions.
	 */
	private RepeatStatus decide(String tag) {
		String person = this.environment.getProperty("decided-by");
		if (person != null) {
			DurableRuns decisions = this.runs.decidedBy(person);
			this.runs.list(DurableRunQuery.builder().tag(tag).state(DurableRunState.UNCERTAIN).limit(1000).build())
				.data()
				.forEach((run) -> sent(run).ifPresentOrElse((sent) -> decisions.settle(run, sent),
						() -> decisions.resubmit(run.id())));
		}
		return RepeatStatus.FINISHED;
	}

	private Optional<Run> sent(DurableRun run) {
		// the clocks may differ by a minute
		RunQuery query = RunQuery.builder()
			.goal(run.goal())
			.createdAfter(run.acceptedAt().minusSeconds(60))
			.createdBefore(run.changedAt())
			.build();
		return this.tinyFish.runs().stream(query).filter((listed) -> run.goal().equals(listed.goal())).findFirst();
	}

	private RepeatStatus await(String tag) throws InterruptedException {
		boolean open = Stream
			.of(DurableRunState.ACCEPTED, DurableRunState.SENDING, DurableRunState.RUNNING, DurableRunState.UNDELIVERED)
			.map((state) -> DurableRunQuery.builder().tag(tag).state(state).limit(1).build())
			.anyMatch((query) -> !this.runs.list(query).data().isEmpty());
		TimeUnit.SECONDS.sleep(open ? 2 : 0);
		return RepeatStatus.continueIf(open);
	}

	/**
	 * Store a page of results with the position in one transaction.
	 */
	private RepeatStatus collect(ChunkContext context) {
		ExecutionContext position = context.getStepContext().getStepExecution().getExecutionContext();
		DurableRunPage page = this.runs.list(DurableRunQuery.builder()
			.tag(tag(context))
			.cursor(position.containsKey("cursor") ? position.getString("cursor") : null)
			.build());
		page.data().forEach(this::store);
		if (page.nextCursor() == null) {
			return RepeatStatus.FINISHED;
		}
		position.putString("cursor", page.nextCursor());
		return RepeatStatus.CONTINUABLE;
	}

	private void store(DurableRun run) {
		Assert.state(run.state().isFinal(), () -> "Run " + run.id() + " is " + run.state()
				+ ". Decide about the runs with the tag " + run.tag() + ", and restart the job");
		String url = run.key().substring(run.key().indexOf('/') + 1);
		boolean found = run.verdict() == GoalOutcome.ACHIEVED;
		this.jdbc.sql("insert into price (job, url, amount, problem) values (?, ?, ?, ?)")
			.params(run.tag(), url, found ? run.run().typed(Price.class).value().amount() : null,
					found ? null : String.valueOf((run.verdict() != null) ? run.verdict() : run.state()))
			.update();
	}

	private static String tag(ChunkContext context) {
		return "prices-" + context.getStepContext().getJobInstanceId();
	}

	record Price(BigDecimal amount) {

	}

}
