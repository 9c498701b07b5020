// SPDX-License-Identifier: ISC
// A server in Java, over the native GSS-API: reads a token in base64 a line, and answers each
// with "token TOKEN", then "done SOURCE TARGET MECHANISM" when the login is complete, or
// "error SENTENCE". Without an argument no credential is given; with a mechanism it is acquired
// without a name, as Tomcat does; with a mechanism and a host-based service it has that name.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;

public class Acceptor {
    private static GSSContext begin(String[] arguments) throws GSSException {
        GSSManager manager = GSSManager.getInstance();
        if (arguments.length == 0) {
            return manager.createContext((GSSCredential) null);
        }
        GSSName name = arguments.length == 1 ? null
            : manager.createName(arguments[1], GSSName.NT_HOSTBASED_SERVICE);
        return manager.createContext(manager.createCredential(name,
            GSSCredential.INDEFINITE_LIFETIME, new Oid(arguments[0]), GSSCredential.ACCEPT_ONLY));
    }

    private static void answer(GSSContext context, byte[] in) throws GSSException {
        byte[] out = context.acceptSecContext(in, 0, in.length);
        System.out.println("token " + (out == null ? "" : Base64.getEncoder().encodeToString(out)));
        if (context.isEstablished()) {
            System.out.println("done " + context.getSrcName() + " " + context.getTargName() + " "
                + context.getMech());
        }
    }

    public static void main(String[] arguments) throws Exception {
        try {
            GSSContext context = begin(arguments);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answer(context, Base64.getDecoder().decode(line));
            }
            context.dispose();
        } catch (GSSException failure) {
            System.out.println("error " + failure.getMessage());
        }
    }
}
