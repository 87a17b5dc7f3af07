// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>What <c>iperf3 -J</c> said. Pure.</summary>
/// <param name="Bytes">Received by the far end.</param>
/// <param name="Seconds">Over how long.</param>
internal sealed record IperfOutput(long Bytes, double Seconds)
{
    /// <exception cref="FormatException">The text is no result of iperf3, or says that it failed.</exception>
    public static IperfOutput Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.TryGetProperty("error", out JsonElement error))
            {
                throw new FormatException($"iperf3 failed: {error.GetString()}");
            }

            JsonElement received = document.RootElement.GetProperty("end").GetProperty("sum_received");
            return new IperfOutput(received.GetProperty("bytes").GetInt64(), received.GetProperty("seconds").GetDouble());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"iperf3 said something unexpected: {text.Trim()}", exception);
        }
    }
}
