// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Admin;

/// <summary>Somebody's ASP.NET app with an authorisation and a page of its own, which maps the admin API of an engine.</summary>
internal sealed class ForeignApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ForeignApp(WebApplication app)
    {
        _app = app;
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Every route that the app has, as <c>METHOD /path</c>.</summary>
    public IEnumerable<string> Routes => ((IEndpointRouteBuilder)_app).DataSources
        .SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>()
        .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} /{endpoint.RoutePattern.RawText?.TrimStart('/')}");

    public Uri Address => _http.BaseAddress!;

    public IServiceProvider Services => _app.Services;

    /// <param name="map">Maps what is tested.</param>
    /// <param name="register">Adds services before.</param>
    public static async Task<ForeignApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? register = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddAuthentication(KeyAuthentication.Name).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        builder.Services.AddAuthorization();
        register?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.UsePathBase("/base");
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsync("mine")));
        map(app);
        await app.StartAsync();
        return new ForeignApp(app);
    }

    /// <summary>Sends one request with the app's key; the body of the reply is empty when it is no JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? body = null, string type = "application/json", string? key = KeyAuthentication.Key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Headers.ExpectContinue = true;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        }

        if (key is not null)
        {
            request.Headers.Add(KeyAuthentication.Header, key);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            return (response.StatusCode, default);
        }

        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, document.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
