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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.EmptyTargetSource;
import org.springframework.context.ApplicationContext;

/**
 * Values that reach the builders of both clients, by the name of the builder's method.
 */
final class BuilderSettings {

	private BuilderSettings() {
	}

	static Map<String, Object> ofBlocking(ApplicationContext context) {
		return of(context, TinyFishClient.Builder.class);
	}

	static Map<String, Object> ofReactive(ApplicationContext context) {
		return of(context, ReactiveTinyFishClient.Builder.class);
	}

	private static <B extends TinyFishClientBuilder<B>> Map<String, Object> of(ApplicationContext context,
			Class<B> type) {
		Map<String, Object> settings = new LinkedHashMap<>();
		ProxyFactory recorder = new ProxyFactory();
		recorder.setTargetSource(EmptyTargetSource.forClass(type));
		recorder.setProxyTargetClass(true);
		recorder.addAdvice((MethodInterceptor) (call) -> {
			settings.put(call.getMethod().getName(), call.getArguments()[0]);
			return ((ProxyMethodInvocation) call).getProxy();
		});
		context.getBean(StandardTinyFishClientBuilderCustomizer.class).applySettings(type.cast(recorder.getProxy()));
		return settings;
	}

}
