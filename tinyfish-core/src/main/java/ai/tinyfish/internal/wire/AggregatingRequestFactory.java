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

package ai.tinyfish.internal.wire;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Request factory on our own connections that reads the whole answer, within a size limit
 * and one deadline, before handing it on. The wait can be interrupted. With the
 * framework's Reactor factory the deadline is per read, and an interrupt during the body
 * goes unnoticed.
 *
 * @param transport the connections
 * @param defaultTimeout the longest wait for the whole answer of a request that does not
 * say otherwise
 * @param maxAnswerSize the largest answer, in bytes
 */
public record AggregatingRequestFactory(Transport transport, Duration defaultTimeout,
		int maxAnswerSize) implements ClientHttpRequestFactory {

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
		return new AggregatingRequest(this, uri, method);
	}

}
