// SPDX-License-Identifier: MIT
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Tests.Harness.Runs;

namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Right documents with random damage: whatever happens, nothing is thrown, and every mistake is a line of text.</summary>
[Trait(Quick.Category, Quick.Slow)]
public class DocumentFuzzTests
{
    private const string Alphabet = "{}[]:,\"'#-*&!|>%@`\\ \n\t09azAZ.\0\u00e9\ud800~?";

    private const string Repeating = """
        defaults:
          listeners: { idleTimeout: 30m, keepAlive: &keep { idle: 9s }, halfCloseTimeout: 9s }
          pools: { connectTimeout: 2s, health: { type: http, path: /up }, passive: on }
          health: { interval: 3s, fall: 2 }
        x-backend: &backend { weight: 10, maxConnections: 500 }
        x-two: &two [*backend, *backend]
        listeners:
          web: &web { bind: *:8080, pool: site }
          api: { <<: *web, bind: :8081, keepAlive: *keep }
          dns: { bind: 53, protocol: udp, pool: site }
        pools:
          site:
            health: { type: tcp }
            backends:
              a: { <<: *two, address: 10.0.0.1:80 }
              b: { <<: *backend, address: 10.0.0.2:80, weight: 5 }
        """;

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(3000).WithReplay(42, 43);

    [Fact]
    public void ReadYaml_DamagedDocument_ReportsInsteadOfThrowing() =>
        Prop.ForAll(Damages().ToArbitrary(), damage => IsReported(Reading.ReadYaml(Apply(FullDocumentTests.Yaml, damage)))).Check(Runs);

    [Fact]
    public void ReadYaml_DamagedDefaultsAndAliases_ReportsInsteadOfThrowing() =>
        Prop.ForAll(Damages().ToArbitrary(), damage => IsReported(Reading.ReadYaml(Apply(Repeating, damage)))).Check(Runs);

    [Fact]
    public void ReadJson_DamagedDocument_ReportsInsteadOfThrowing() =>
        Prop.ForAll(Damages().ToArbitrary(), damage => IsReported(Reading.ReadJson(Apply(FullDocumentTests.Json, damage)))).Check(Runs);

    /// <summary>Places in a document, each with a kind of damage and a character.</summary>
    private static Gen<(int Place, int Kind, int Letter)[]> Damages() =>
        (from place in Gen.Choose(0, int.MaxValue)
         from kind in Gen.Choose(0, 3)
         from letter in Gen.Choose(0, Alphabet.Length - 1)
         select (place, kind, letter)).ArrayOf().Where(damage => damage.Length < 12);

    private static string Apply(string document, (int Place, int Kind, int Letter)[] damages)
    {
        var text = new StringBuilder(document);
        foreach ((int place, int kind, int letter) in damages)
        {
            int index = place % text.Length;
            int length = Math.Min(1 + (letter % 9), text.Length - index - 1);
            _ = kind switch
            {
                0 => text.Insert(index, Alphabet[letter]),
                1 => text.Remove(index, length),
                2 => text.Insert(index, text.ToString(index, length)),
                _ => text.Replace(text[index], Alphabet[letter], index, 1),
            };
        }

        return text.ToString();
    }

    private static bool IsReported(LoadBalancerOptionsReadResult result) =>
        result.Errors.All(error => error.Message.Length > 0 && !error.ToString().Any(char.IsControl))
        && LoadBalancerOptionsValidator.Validate(result.Options, ["weighted-least-connections"]) is not null;
}
