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

package ai.tinyfish.simulator.internal.injection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.fault.FaultEffect;
import ai.tinyfish.simulator.internal.fault.FaultEffect.AnotherRun;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Dribble;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Insert;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Page;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Repeat;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.fault.Place;
import ai.tinyfish.simulator.internal.fault.Place.Kind;
import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.run.EventStream;
import ai.tinyfish.simulator.internal.run.EventStream.Frame;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunDocuments;
import ai.tinyfish.simulator.internal.run.RunEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Injection of faults into the frames of one stream, for one subscriber.
 */
public final class FaultyFrames {

	/** Marker for the end of the stream. */
	private static final ByteBuf STOP = Unpooled.unreleasableBuffer(Unpooled.buffer(0));

	private final List<PlannedFault> faults;

	private final RunEngine engine;

	private final Run run;

	private final Consumer<PlannedFault> injected;

	/** Pending writes of the next frame or fault, in order. */
	private List<Publisher<ByteBuf>> pieces = new ArrayList<>();

	private long bytes;

	private int events;

	private @Nullable Duration dribble;

	private @Nullable Frame last;

	private boolean stopped;

	private volatile Termination termination = Termination.END;

	public FaultyFrames(List<PlannedFault> faults, RunEngine engine, Run run, Consumer<PlannedFault> injected) {
		this.faults = new ArrayList<>(faults);
		this.engine = engine;
		this.run = run;
		this.injected = injected;
	}

	/**
	 * Create the answer with a stream and its faults.
	 */
	public HttpAnswer answer(EventStream stream) {
		HttpAnswer right = HttpAnswer.stream(stream.content(this::apply));
		return (response) -> Mono.from(right.send(response)).then(Mono.defer(() -> end(response)));
	}

	private Flux<ByteBuf> apply(Flux<Frame> frames) {
		Flux<ByteBuf> first = Flux.defer(() -> pieces(() -> strikeAll(Kind.AFTER_HEADERS, 0)));
		// one frame at a time, so that heartbeats are dropped while a frame waits
		return Flux.concat(first, frames.concatMap((frame) -> pieces(() -> add(frame)), 1))
			.takeWhile((piece) -> piece != STOP);
	}

	/**
	 * Apply the effect of the faults on the connection once the frames are sent.
	 */
	private Mono<Void> end(HttpServerResponse response) {
		return switch (this.termination) {
			case DISCONNECT -> Wire.disconnect(response);
			case RESET -> Wire.reset(response);
			case SILENCE, END -> Mono.empty();
		};
	}

	private Flux<ByteBuf> pieces(Runnable adding) {
		this.pieces = new ArrayList<>();
		if (!this.stopped) {
			adding.run();
		}
		return Flux.concat(this.pieces);
	}

	private void add(Frame frame) {
		if (frame.isComplete()) {
			strikeAll(Kind.BEFORE_COMPLETE, 0);
		}
		byte[] content = frame.bytes();
		int from = 0;
		for (PlannedFault fault : inside(frame, content.length)) {
			int to = offset(fault.place(), frame, content.length);
			put(content, from, to);
			from = to;
			inject(fault);
		}
		put(content, from, content.length);
		if (this.stopped) {
			return;
		}
		this.bytes += content.length;
		if (frame.isHeartbeat()) {
			return;
		}
		this.events++;
		this.last = frame;
		this.run.sent(frame.type());
		strikeAll(Kind.AFTER_EVENT, this.events);
		if (frame.isComplete()) {
			strikeAll(Kind.AFTER_COMPLETE, 0);
		}
	}

	private List<PlannedFault> inside(Frame frame, int length) {
		return this.faults.stream()
			.filter((fault) -> offset(fault.place(), frame, length) >= 0)
			.sorted(Comparator.comparingInt((fault) -> offset(fault.place(), frame, length)))
			.toList();
	}

	/**
	 * Return the offset of a place in a frame, or -1 if it is elsewhere.
	 */
	private int offset(Place place, Frame frame, int length) {
		long offset = switch (place.kind()) {
			case AT_BYTE -> place.number() - this.bytes;
			case INSIDE_EVENT -> (!frame.isHeartbeat() && place.number() == this.events + 1) ? length / 2 : -1;
			case INSIDE_COMPLETE -> frame.isComplete() ? length / 2 : -1;
			case AFTER_COMPLETE_DATA -> frame.isComplete() ? length - 2 : -1;
			case AFTER_COMPLETE_LINE -> frame.isComplete() ? length - 1 : -1;
			default -> -1;
		};
		return (offset >= 0 && offset < length) ? (int) offset : -1;
	}

	private void strikeAll(Kind kind, int number) {
		for (PlannedFault fault : List.copyOf(this.faults)) {
			if (fault.place().kind() == kind && fault.place().number() == number) {
				inject(fault);
			}
		}
	}

	private void inject(PlannedFault fault) {
		if (this.stopped) {
			return;
		}
		this.faults.remove(fault);
		this.injected.accept(fault);
		FaultEffect effect = fault.effect();
		if (effect instanceof Termination end) {
			stop(end);
		}
		else if (effect instanceof Insert insert) {
			put(insert.bytes(), 0, insert.bytes().length);
			if (insert.then() != null) {
				stop(insert.then());
			}
		}
		else if (effect instanceof Page page) {
			put(page.body(), 0, page.body().length);
			stop(Termination.END);
		}
		else if (effect instanceof Dribble slow) {
			this.dribble = slow.pace();
		}
		else if (effect instanceof AnotherRun || effect instanceof Unfinished) {
			byte[] complete = Frame.of(RunDocuments.complete(this.run.snapshot().shownWith(effect), this.engine.now()))
				.bytes();
			put(complete, 0, complete.length);
		}
		else if (effect instanceof Repeat && this.last != null) {
			put(this.last.bytes(), 0, this.last.bytes().length);
			this.run.sent(this.last.type());
		}
	}

	private void stop(Termination how) {
		this.stopped = true;
		this.termination = how;
		this.pieces.add((how == Termination.SILENCE) ? Flux.never() : Mono.just(STOP));
	}

	private void put(byte[] content, int from, int to) {
		if (this.stopped || from == to) {
			return;
		}
		byte[] part = Arrays.copyOfRange(content, from, to);
		Duration pace = this.dribble;
		if (pace == null) {
			this.pieces.add(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(part)));
			return;
		}
		this.pieces.add(Flux.range(0, part.length)
			.delayElements(pace, this.engine.scheduler())
			.map((index) -> Unpooled.wrappedBuffer(part, index, 1)));
	}

}
