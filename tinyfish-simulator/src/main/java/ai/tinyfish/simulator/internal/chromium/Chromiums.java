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

package ai.tinyfish.simulator.internal.chromium;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import ai.tinyfish.simulator.internal.api.ApiException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.LoopResources;

/**
 * Local browsers of one simulator, and the connections to them.
 */
public final class Chromiums {

	/** Room for screenshots and scripts. */
	private static final int MAX_FRAME = 256 * 1024 * 1024;

	private static final List<Path> USUAL_PATHS = List.of(Path.of("/usr/bin/chromium"),
			Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"), Path.of("/snap/bin/chromium"),
			Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"),
			Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
			Path.of("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"));

	private final @Nullable Path executable;

	private final LoopResources loops;

	private @Nullable ShopSite site;

	/**
	 * Create the browsers of a simulator; a browser is started when it is connected to.
	 * @param executable the program, or {@code null} to search for it
	 * @param loops the threads of connections
	 */
	public Chromiums(@Nullable Path executable, LoopResources loops) {
		this.executable = executable;
		this.loops = loops;
	}

	/**
	 * Start a browser.
	 * @param url the page that it opens
	 * @return the browser
	 * @throws ApiException if there is no program, or it cannot be started
	 */
	public Chromium start(String url) {
		Path program = (this.executable != null) ? this.executable
				: USUAL_PATHS.stream().filter(Files::isExecutable).findFirst().orElse(null);
		if (program == null || !Files.isExecutable(program)) {
			throw new ApiException(501, "NO_CHROMIUM",
					"The simulator has found no Chromium to drive" + ((program != null) ? " at " + program : "")
							+ ". Install it, such as with 'apt-get install chromium', or set"
							+ " 'tinyfish.simulator.chromium' to the path of the program");
		}
		try {
			return Chromium.start(program, site().hostRules(), url);
		}
		catch (IOException ex) {
			throw new ApiException(501, "NO_CHROMIUM", "The simulator could not start Chromium: " + ex.getMessage());
		}
	}

	private synchronized ShopSite site() throws IOException {
		if (this.site == null) {
			this.site = ShopSite.start(this.loops);
		}
		return this.site;
	}

	/**
	 * Pass a WebSocket connection through to a browser.
	 * @param chromium the browser
	 * @param response the response to the request for the connection
	 * @param opened called when the connection is open
	 * @param closed called when one side has closed it
	 * @return completes after the handshake
	 */
	public Publisher<Void> connect(Chromium chromium, HttpServerResponse response, Runnable opened, Runnable closed) {
		return response.sendWebsocket(
				(in, out) -> Mono.fromFuture(chromium.address(), true)
					.flatMapMany((address) -> HttpClient.newConnection()
						.runOn(this.loops)
						.websocket(WebsocketClientSpec.builder().maxFramePayloadLength(MAX_FRAME).build())
						.uri(address)
						.handle((browserIn, browserOut) -> Mono.firstWithSignal(pass(in, browserOut),
								pass(browserIn, out))))
					.then()
					.doFirst(opened)
					.doFinally((signal) -> closed.run()),
				WebsocketServerSpec.builder().maxFramePayloadLength(MAX_FRAME).build());
	}

	private static Mono<Void> pass(WebsocketInbound from, WebsocketOutbound to) {
		return to.sendObject(from.receiveFrames().doOnNext(WebSocketFrame::retain), (frame) -> true).then();
	}

	/**
	 * End the site that the browsers see.
	 */
	public synchronized void close() {
		if (this.site != null) {
			this.site.close();
		}
	}

}
