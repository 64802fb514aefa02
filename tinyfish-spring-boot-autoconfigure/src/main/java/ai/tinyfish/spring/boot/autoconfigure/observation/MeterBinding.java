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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Binds our meters if the application has only a registry. Otherwise Boot binds them.
 */
final class MeterBinding implements SmartInitializingSingleton {

	private static final String OURS = "ai.tinyfish.";

	private final ListableBeanFactory beanFactory;

	private final ObjectProvider<MeterRegistry> meterRegistry;

	MeterBinding(ListableBeanFactory beanFactory, ObjectProvider<MeterRegistry> meterRegistry) {
		this.beanFactory = beanFactory;
		this.meterRegistry = meterRegistry;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.meterRegistry.ifUnique((registry) -> {
			for (String name : this.beanFactory.getBeanNamesForType(MeterBinder.class, true, false)) {
				Class<?> type = this.beanFactory.getType(name, false);
				if (type != null && type.getName().startsWith(OURS)) {
					this.beanFactory.getBean(name, MeterBinder.class).bindTo(registry);
				}
			}
		});
	}

}
