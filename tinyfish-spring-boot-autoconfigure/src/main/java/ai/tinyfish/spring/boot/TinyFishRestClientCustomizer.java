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

package ai.tinyfish.spring.boot;

import org.springframework.web.client.RestClient;

/**
 * Callback interface for final changes to the RestClient of the TinyFish client. It is
 * called after the application's own customizers, after the default credentials that they
 * set ({@code Authorization}, {@code Proxy-Authorization}, cookies) were removed, and
 * after our connections were set. If it replaces the request factory, it is responsible
 * for timeouts, redirects and the connection pool.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TinyFishRestClientCustomizer {

	/**
	 * Change the builder.
	 * @param builder the builder of the TinyFish client's RestClient
	 */
	void customize(RestClient.Builder builder);

}
