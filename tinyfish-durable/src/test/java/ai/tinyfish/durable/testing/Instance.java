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

package ai.tinyfish.durable.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One instance of an application, with a database and the simulator.
 */
public final class Instance implements AutoCloseable {

	/** How long something may take on a loaded machine. */
	public static final Duration SOON = Duration.ofSeconds(30);

	/** With these, each transactional listener needs a table of its own. */
	private static final String MODULITH = "org.springframework.modulith.events.config.EventPublicationAutoConfiguration,"
			+ "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration";

	public static final String PUBLIC_URL = "https://shop.example";

	public static final String WEBHOOK_SECRET = "s3cret-s3cret-s3cret";

	static {
		Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
	}

	private final ConfigurableApplicationContext context;

	private Instance(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an instance.
	 * @param database the properties of its database
	 * @param simulator the service
	 * @param sources its beans
	 * @param properties more properties
	 */
	public static Instance start(List<String> database, TinyFishSimulator simulator, List<Class<?>> sources,
			String... properties) {
		return start(WebApplicationType.NONE, properties(database, simulator, properties), sources);
	}

	/**
	 * Start an instance that receives the webhooks of its runs.
	 * @param database the properties of its database
	 * @param simulator the service
	 * @param sources its beans
	 * @param properties more properties
	 */
	public static Instance startWithWebhooks(List<String> database, TinyFishSimulator simulator, List<Class<?>> sources,
			String... properties) {
		List<String> all = new ArrayList<>(
				List.of("server.port=0", "server.address=127.0.0.1", "tinyfish.webhook.enabled=true",
						"tinyfish.webhook.secret=" + WEBHOOK_SECRET, "tinyfish.webhook.url=" + PUBLIC_URL));
		all.addAll(Arrays.asList(properties));
		Instance instance = start(WebApplicationType.SERVLET,
				properties(database, simulator, all.toArray(String[]::new)), sources);
		simulator.forwardWebhooks(PUBLIC_URL, instance.localUrl());
		return instance;
	}

	/**
	 * Return the properties of an instance.
	 * @param database the properties of its database
	 * @param simulator the service
	 * @param properties more properties, which take precedence
	 */
	public static List<String> properties(List<String> database, TinyFishSimulator simulator, String... properties) {
		List<String> all = new ArrayList<>(List.of("tinyfish.base-url=" + simulator.baseUrl(),
				"tinyfish.api-key=" + simulator.apiKey(), "tinyfish.simulator.enabled=false",
				"tinyfish.durable.interval=100ms", "spring.main.banner-mode=off",
				"spring.datasource.hikari.maximum-pool-size=14", "spring.autoconfigure.exclude=" + MODULITH,
				"logging.level.com.github.kagkarlsson.scheduler=warn"));
		all.addAll(database);
		all.addAll(Arrays.asList(properties));
		return all;
	}

	/**
	 * Start an instance.
	 * @param properties all its properties
	 * @param sources its beans
	 */
	public static Instance start(List<String> properties, List<Class<?>> sources) {
		return start(WebApplicationType.NONE, properties, sources);
	}

	private static Instance start(WebApplicationType type, List<String> properties, List<Class<?>> sources) {
		List<Class<?>> classes = new ArrayList<>(sources);
		classes.add(Application.class);
		return new Instance(new SpringApplicationBuilder(classes.toArray(Class<?>[]::new)).web(type)
			.registerShutdownHook(false)
			.properties(properties.toArray(String[]::new))
			.run());
	}

	/**
	 * Return where an instance that receives webhooks is reached.
	 */
	public String localUrl() {
		return "http://127.0.0.1:" + this.context.getEnvironment().getRequiredProperty("local.server.port");
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public <T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	public boolean has(Class<?> type) {
		return this.context.getBeanProvider(type).stream().findAny().isPresent();
	}

	public DurableRuns runs() {
		return bean(DurableRuns.class);
	}

	public JdbcClient jdbc() {
		return bean(JdbcClient.class);
	}

	public TransactionTemplate transaction() {
		return new TransactionTemplate(bean(PlatformTransactionManager.class));
	}

	/**
	 * Change rows in a transaction.
	 * @return the number of rows
	 */
	public int update(String sql, Object... parameters) {
		return transaction().execute((status) -> jdbc().sql(sql).params(Arrays.asList(parameters)).update());
	}

	public DurableRunState state(String id) {
		return runs().find(id).state();
	}

	/**
	 * Wait until a run is in a state.
	 * @return the run
	 */
	public DurableRun await(String id, DurableRunState state) {
		Awaitility.await().atMost(SOON).until(() -> state(id) == state);
		return runs().find(id);
	}

	/**
	 * Wait until a request without an answer is uncertain, as if it had been sent two
	 * minutes earlier.
	 * @return the run
	 */
	public DurableRun awaitUncertain(String id) {
		awaitUncertain(List.of(id));
		return runs().find(id);
	}

	public void awaitUncertain(List<String> ids) {
		Awaitility.await().atMost(SOON).until(() -> {
			ids.forEach(this::makeLate);
			return ids.stream().allMatch((id) -> state(id) == DurableRunState.UNCERTAIN);
		});
	}

	private void makeLate(String id) {
		update("update tinyfish_run set sending_at = sending_at - interval '121' second where id = ?"
				+ " and state = 'SENDING' and error is not null"
				+ " and sending_at > accepted_at - interval '100' second", id);
		update("update tinyfish_task set execution_time = current_timestamp"
				+ " where task_name = 'tinyfish-settle' and task_instance = ? and not picked", id);
	}

	public long count(String table) {
		return jdbc().sql("select count(*) from " + table).query(Long.class).single();
	}

	/**
	 * Do what closing begins with.
	 */
	public void beginToClose() {
		this.context.publishEvent(new ContextClosedEvent(this.context));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
