/** What a browser does with cookies and redirects, as far as signing in needs it: one jar for all ports of a host. */
export class TestBrowser {
  readonly #jar = new Map<string, { readonly name: string; readonly path: string; readonly value: string }>();

  /** Value of a cookie; undefined where there is none. */
  cookie(name: string): string | undefined {
    return [...this.#jar.values()].find((each) => each.name === name)?.value;
  }

  setCookie(name: string, value: string, path = '/'): void {
    this.#jar.set(`${name} ${path}`, { name, path, value });
  }

  /** One request, as when a person follows a link; redirects are not followed. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('accept')) headers.set('accept', 'text/html');
    const { pathname } = new URL(url);
    const sent = [...this.#jar.values()].filter(({ path }) => pathname.startsWith(path));
    if (sent.length > 0) headers.set('cookie', sent.map(({ name, value }) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  #take(line: string): void {
    const [pair, ...attributes] = line.split(';').map((part) => part.trim());
    const attributeOf = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const [name] = pair.split('=', 1);
    const path = attributeOf('path') ?? '/';
    const end = attributeOf('expires');
    if (end !== undefined && Date.parse(end) <= Date.now()) this.#jar.delete(`${name} ${path}`);
    else this.setCookie(name, pair.slice(name.length + 1), path);
  }

  /** Follows redirects to an answer of another kind. @returns it, and its address. */
  async follow(url: string, init: RequestInit = {}): Promise<{ response: Response; url: string }> {
    let at = url;
    let response = await this.ask(at, init);
    for (let hops = 0; hops < 15 && response.status >= 300 && response.status < 400; hops++) {
      at = new URL(response.headers.get('location') ?? '', at).href;
      response = await this.ask(at);
    }
    return { response, url: at };
  }

  /** Signs in as an account, with the form of the provider of the tests. @returns where it leads in the end. */
  async signIn(service: string, account: string, to = ''): Promise<{ response: Response; url: string }> {
    const form = await this.follow(`${service}/sign-in${to === '' ? '' : `?to=${encodeURIComponent(to)}`}`);
    if (!form.url.includes('/interaction/')) return form;
    return this.follow(form.url, { method: 'POST', body: new URLSearchParams({ account }) });
  }
}
