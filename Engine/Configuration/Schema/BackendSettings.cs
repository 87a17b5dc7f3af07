// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of one backend.</summary>
internal sealed class BackendSettings : SettingTable<BackendOptions>
{
    private BackendSettings()
        : base("backend", "One server that takes traffic.")
    {
        Example = """
            backends:
              a: { address: 10.0.0.1:80, weight: 60 }
              b: { address: db.internal:5432, weight: 30, maxConnections: 1000 }
            """;

        Text("address", o => o.Address, (o, v) => o.Address = v, TextForms.BackendAddress)
            .Required($"write {BackendAddress.Expected}")
            .Means("An IP address or a host name, with a port.")
            .Noting(
                "A host name stands for every address that it resolves to, now and later: "
                + "each becomes a backend of its own with this weight and this limit, named `a@10.0.0.1`. "
                + "An address that joins is a new backend, one that leaves is drained.");
        Number("weight", o => o.Weight, (o, v) => o.Weight = v, 0, 65_535)
            .For("give one backend more than another")
            .Means("Share of the traffic; 0 takes no new traffic.")
            .Noting(
                "A backend of weight 0 keeps the connections it has and the clients that affinity pins to it. "
                + "All weights of a pool 0: nobody is served.");
        Number("maxConnections", o => o.MaxConnections, (o, v) => o.MaxConnections = v, 0, ConfigurationLimits.MostConnections)
            .For("limit the connections of a backend")
            .Means("Connections at once; 0: no limit.")
            .Noting("A full backend is passed over; when all of a pool are full, clients are rejected.");
    }

    public static BackendSettings Table { get; } = new();
}
