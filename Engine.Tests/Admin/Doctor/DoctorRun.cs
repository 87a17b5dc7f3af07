// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Tests.ConsoleHost;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>What a real <c>lb doctor</c> said of one backend.</summary>
internal sealed record DoctorRun(int ExitCode, string Cause, string Explanation, string Evidence, string Commands)
{
    /// <summary>Examines the backend <c>site/a</c> at the address.</summary>
    public static Task<DoctorRun> AtAsync(object address, params string[] options) => OfAsync($"pools: {{ site: {{ backends: {{ a: {{ address: \"{address}\" }} }} }} }}", options);

    /// <summary>Examines the backend <c>site/a</c> of a document that may lack listeners.</summary>
    public static async Task<DoctorRun> OfAsync(string document, params string[] options)
    {
        string listeners = document.Contains("listeners:", StringComparison.Ordinal) ? "" : "listeners: { web: { bind: \"127.0.0.1:1\", pool: site } }\n";
        using var file = new TemporaryFile("lb.yaml", listeners + document);
        return Read(await LbProcess.RunAsync(["doctor", file.Path, "site/a", "--json", .. options]));
    }

    public static DoctorRun Read((int ExitCode, string Output, string Errors) run)
    {
        Assert.Equal("", run.Errors);
        JsonElement one = JsonDocument.Parse(run.Output).RootElement.GetProperty("diagnoses")[0];
        return new DoctorRun(
            run.ExitCode,
            one.GetProperty("cause").GetString()!,
            one.GetProperty("explanation").GetString()!,
            string.Join('\n', one.GetProperty("evidence").EnumerateArray().Select(line => line.GetString())),
            string.Join('\n', one.GetProperty("next").EnumerateArray().Select(step => $"{step.GetProperty("where").GetString()}: {step.GetProperty("command").GetString()}")));
    }

    /// <summary>Fails with everything that was said.</summary>
    public void AssertCause(string cause, params IEnumerable<string> evidence)
    {
        Assert.True(Cause == cause, $"expected {cause}: {this}");
        Assert.Equal(cause == "healthy" ? 0 : 1, ExitCode);
        Assert.All(evidence, text => Assert.Contains(text, $"{Explanation}\n{Evidence}\n{Commands}", StringComparison.Ordinal));
    }
}
