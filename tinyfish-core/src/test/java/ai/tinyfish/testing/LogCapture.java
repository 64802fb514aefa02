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

package ai.tinyfish.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.agent.RunContext;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Keeps what all loggers say at TRACE until it is closed.
 */
public final class LogCapture implements AutoCloseable {

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private final Logger netty = (Logger) LoggerFactory.getLogger("reactor.netty");

	private final Level rootLevel = this.root.getLevel();

	private final Level nettyLevel = this.netty.getLevel();

	private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final List<String> warnings = new CopyOnWriteArrayList<>();

	private final List<Map.Entry<String, String>> runs = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
		@Override
		protected void append(ILoggingEvent event) {
			String text = event.getFormattedMessage();
			LogCapture.this.runs
				.add(Map.entry(text, event.getMDCPropertyMap().getOrDefault(RunContext.MDC_RUN_ID, "none")));
			LogCapture.this.lines.add(text);
			if (event.getThrowableProxy() != null) {
				String trace = ThrowableProxyUtil.asString(event.getThrowableProxy());
				LogCapture.this.lines.add(trace);
				text += "\n" + trace;
			}
			if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
				LogCapture.this.warnings.add(text);
			}
		}
	};

	public LogCapture() {
		this.appender.setContext(this.root.getLoggerContext());
		this.appender.start();
		// on the console there would be too much of it
		this.root.iteratorForAppenders().forEachRemaining(this.others::add);
		this.others.forEach(this.root::detachAppender);
		this.root.addAppender(this.appender);
		this.root.setLevel(Level.TRACE);
		this.netty.setLevel(Level.TRACE);
	}

	public List<String> lines() {
		return this.lines;
	}

	/**
	 * Return the log events at WARN and above, each with its stack trace.
	 */
	public List<String> warnings() {
		return this.warnings;
	}

	/**
	 * Return the ids of the runs that lines are about, "none" for one without a run.
	 * @param start the start of the lines
	 */
	public List<String> runsOf(String start) {
		return this.runs.stream().filter((line) -> line.getKey().startsWith(start)).map(Map.Entry::getValue).toList();
	}

	@Override
	public void close() {
		this.netty.setLevel(this.nettyLevel);
		this.root.setLevel(this.rootLevel);
		this.root.detachAppender(this.appender);
		this.others.forEach(this.root::addAppender);
	}

}
