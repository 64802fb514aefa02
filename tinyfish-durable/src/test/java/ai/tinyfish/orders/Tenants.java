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

package ai.tinyfish.orders;

import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunApiKeyProvider;
import ai.tinyfish.durable.DurableSubmission;

import org.springframework.stereotype.Component;

@Component
class Tenants implements DurableRunApiKeyProvider {

	private final Map<String, String> keys = Map.of("acme", "sk-acme-0123456789");

	@Override
	public String getApiKey(String account) {
		return this.keys.get(account);
	}

	static DurableSubmission submission(AgentRequest request, String tenant, String httpRequestId) {
		return DurableSubmission.of(request).withAccount(tenant).withKey(httpRequestId);
	}

}
