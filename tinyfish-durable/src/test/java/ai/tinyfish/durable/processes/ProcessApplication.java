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

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.durable.testing.OwnConnections;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * An application whose code can be held wherever durable runs call it.
 */
@Configuration(proxyBeanMethods = false)
class ProcessApplication {

	private static final Pattern GOAL = Pattern.compile("\"goal\"\\s*:\\s*\"([^\"]*?)(-[0-9]+)?\"");

	/**
	 * Outside of the pool, so that a place that is held takes no connection from it.
	 */
	@Bean
	Holds holds(@Value("${spring.datasource.url}") String url,
			@Value("${spring.datasource.username:postgres}") String user, @Value("${holds:true}") boolean enabled) {
		return new Holds(new DriverManagerDataSource(url, user, ""), enabled);
	}

	@Bean
	Outcomes outcomes(JdbcClient jdbc, PlatformTransactionManager transactionManager, Holds holds) {
		return new Outcomes(jdbc, transactionManager, holds);
	}

	@Bean
	WatchedShops watchedShops(JdbcClient jdbc) {
		return new WatchedShops(jdbc);
	}

	/**
	 * Waits before a run is claimed, when its request is ready, and after that, when it
	 * is sent. The name of the hold is that of the goal, without its number if many are
	 * sent together.
	 */
	@Bean
	@ConditionalOnBooleanProperty(name = "holds", matchIfMissing = true)
	TinyFishRestClientCustomizer posts(Holds holds) {
		return (builder) -> OwnConnections.with(waiting(holds, "post:"))
			.customize(builder.requestInterceptor(waiting(holds, "ready:")));
	}

	private static ClientHttpRequestInterceptor waiting(Holds holds, String place) {
		return (request, body, execution) -> {
			Matcher matcher = GOAL.matcher(new String(body, StandardCharsets.UTF_8));
			if (request.getMethod() == HttpMethod.POST && matcher.find()) {
				holds.pass(place + matcher.group(1));
			}
			return execution.execute(request, body);
		};
	}

	/**
	 * Asked for a key before a run is claimed, and before each poll.
	 */
	@Bean
	DurableRunApiKeyProvider apiKeys(Holds holds, @Value("${tinyfish.api-key}") String apiKey) {
		return (account) -> {
			holds.pass("key:" + account);
			return apiKey;
		};
	}

	/**
	 * Holds the runs whose goal begins so.
	 */
	@Bean
	DurableRunApproval approval() {
		return (submission) -> submission.request().goal().startsWith("Order") ? Decision.ASK : Decision.RUN;
	}

	@Bean
	DurableRunSecretsCodec secrets(Holds holds) {
		return new HeldSecrets(holds);
	}

	/**
	 * Decodes secrets, which happens before a run is claimed. The user name of the proxy
	 * is the name of the hold.
	 */
	private static final class HeldSecrets implements DurableRunSecretsCodec {

		private static final Pattern HOLD = Pattern.compile("secret:[a-z-]+");

		private final Holds holds;

		HeldSecrets(Holds holds) {
			this.holds = holds;
		}

		@Override
		public String encode(String secrets) {
			return secrets;
		}

		@Override
		public String decode(String stored) {
			Matcher matcher = HOLD.matcher(stored);
			if (matcher.find()) {
				this.holds.pass(matcher.group());
			}
			return stored;
		}

	}

}
