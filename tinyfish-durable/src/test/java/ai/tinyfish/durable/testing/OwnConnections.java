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

import java.net.http.HttpClient;
import java.util.List;

import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.InterceptingClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/**
 * Connections of the application in place of those of the client.
 */
public final class OwnConnections {

	private OwnConnections() {
	}

	/**
	 * Return a customizer that does something when a request is sent, after its run was
	 * claimed: interceptors of a client are called before that.
	 */
	public static TinyFishRestClientCustomizer with(ClientHttpRequestInterceptor sending) {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		return (builder) -> builder.requestFactory(
				new InterceptingClientHttpRequestFactory(new JdkClientHttpRequestFactory(client), List.of(sending)));
	}

}
